"""fixed: delivers its weight at every spike and never changes.

| symbol | meaning | unit |
|---|---|---|
| w | current delivered per spike | model current |
"""


def on_pre(syn, p, context):
    return syn.w
