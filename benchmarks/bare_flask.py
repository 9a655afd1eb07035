"""The least that Flask can do: one route, one small JSON reply. What bench_rest.py holds the service against."""

from flask import Flask, Response, jsonify

app = Flask("bare")


@app.get("/")
def hello() -> Response:
    """Say hello."""
    return jsonify({"hello": "world"})
