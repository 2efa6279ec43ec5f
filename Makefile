PYTHON ?= python3

.PHONY: run test bench bench-faults lint

run test bench bench-faults lint:
	@$(PYTHON) dev.py $@
