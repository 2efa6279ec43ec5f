# One image for web, worker and scheduler. Built with the same lock files as everything else.

FROM node:24-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.13-slim AS build
ENV PYTHONDONTWRITEBYTECODE=1 UV_LINK_MODE=copy
WORKDIR /app
COPY requirements-uv.lock requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
    && uv venv /venv \
    && uv pip install --no-cache --python /venv/bin/python --require-hashes -r requirements.lock
COPY . .
COPY --from=assets /build/node_modules /tmp/node_modules
RUN CPB_DATA_DIR=/tmp/data /venv/bin/python dev.py build /tmp/node_modules

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 CPB_DATA_DIR=/data
RUN useradd --system --uid 10001 --home-dir /data --create-home cpb
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER cpb
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "-c", "python:cpb.gunicorn", "--bind", "0.0.0.0:8000"]
