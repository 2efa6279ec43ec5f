"""The demo world: invented people and suppliers on agreements shaped like real Norwegian joint agreements.

Built through the services, so it is a test of them as well. Days are relative to the day it is built.
"""
