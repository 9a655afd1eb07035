"""Whether links still lead somewhere: asked politely, told honestly.

`checking` looks at many links side by side; `looking` at one, through `asking` (one request) and `robots`; `verdict`
says what an answer means, `archive` where a copy may be.
"""
