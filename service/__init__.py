"""Coursegraph: pages of links become a knowledge graph, and the service answers from it.

The rooms; imports point down, and neighbours on one floor do not know each other:

    app > cli                                           wiring, and the command
    api                                                 the REST door: translates, never decides
    ask                                                 answers in words, and conversations
    ingest  search  recommend  demos  curation  export  backup  what we do
    graph  inference                                    how topics hang together; what models know
    catalog                                             what there is: the nouns, and the only SQL
    webhooks                                            signed messages, and the sending of one
    errors  config                                      what can go wrong; what can be set

`client` stands apart: a Python user's window on a running service.
"""

__version__ = "0.1.0"
