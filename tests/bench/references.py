"""What the lists are measured against; `urls.py` and `lists.bare` answer them."""

REFERENCES = ("plain values()", "plain values(), nested", "bare psycopg + json")
