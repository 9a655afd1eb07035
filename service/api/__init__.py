"""Coursegraph answers questions about what to learn, and in which order, from pages of links that teachers keep.

**Start here:** `GET /api/v1/search?q=videos+on+backprop` answers a question and says how it was understood;
`GET /api/v1/topics/cnn/path?known=GD` plans what to learn; `GET /api/v1/resources?topic=backprop` lists.

**Names.** Wherever a topic or a media type is asked for, its id will do, and so will any name that people use:
`backprop`, `GD`, `videos`. In a path, a name leads to the id with 308. Ids never change and are never used again: what
was merged leads on with 308, what is gone answers 410.

**Lists** are `{items, total, next}`. `next` goes into `cursor`, with the same filters; the `Link` header (RFC 8288)
has the whole URL. `limit` is 1 to 200. A parameter that is not known is refused, not ignored.

**Errors** are `application/problem+json` (RFC 9457). `type` is stable and for machines; `errors` names each wrong value
by a JSON pointer into the body, or by `/query/NAME`. Quote `request_id` when you report one.

**Caching.** Every read has an `ETag`; send it back in `If-None-Match`, and what has not changed is answered with 304
at next to no cost.

**Keys.** Reads are open unless the operator says otherwise. Writes need `Authorization: Bearer cg_…`, a key with the
scope `curate` or `admin`; `coursegraph key create --scope curate` makes one. A POST with an `Idempotency-Key` can be
sent again safely: it is done once, and answered alike.
"""
