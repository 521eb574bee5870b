"""The officials' morning: a static site that the night writes from the published file, and the open data beside it.

Pages open by double-click from a file share, where a browser fetches nothing: what does not stand in a page itself comes
as a script file, in pieces, when it is asked for. No page asks any outside host for anything.
"""
