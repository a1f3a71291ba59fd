"""fill.py DATABASE EVENTS: gives each store of a pretended server's database so many events in all, while no server runs."""

import sqlite3
import sys

database, wanted = sys.argv[1], int(sys.argv[2])
connection = sqlite3.connect(database)
counts = connection.execute("SELECT id, (SELECT count(*) FROM events WHERE store_id = stores.id), created_at FROM stores").fetchall()
rows = (
    (store, created + number, "info", "note", f"Pretended note {number}: the pods of the store are as they were")
    for store, there, created in counts
    for number in range(wanted - there)
)
connection.executemany("INSERT INTO events (store_id, at, level, kind, text) VALUES (?, ?, ?, ?, ?)", rows)
connection.commit()
connection.execute("ANALYZE")
connection.commit()
