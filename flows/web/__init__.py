"""`waste web`: one stop for a factory. It writes into the inbox, reads the published file, and does nothing else.

No script runs in its pages: every one of them is a plain form, in Thai and English. `app` has the routes, `guard` what is true
of every request, `doors` who is signed in, `records` what each visitor may see, `checking` the answers of `waste try`, `intake`
the way into the inbox, and `link_post` the mails with sign-in links.
"""
