"""The manners of `/api/v1/`, the same for every resource: who asks, in what order things are checked, pages, answers
given once, and errors as problem+json. What a resource is made of stands in each app's `api`."""
