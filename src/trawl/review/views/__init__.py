"""Views: what of a case an officer looks through, in which order, page by page.

A view is settled when it is opened and stays as it is: nothing moves under the cursor. Its pages
tell the state of each row as it is now.
"""
