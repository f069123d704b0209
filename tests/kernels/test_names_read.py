"""`names_read` finds every name that a function can read, also through helpers, modules and closures."""

from spikeworm_env.kernels import names_read as module
from spikeworm_env.kernels.binding import inner, shared
from spikeworm_env.kernels.names_read import names_read


def deep(context):
    return context.deep_field


@shared
def middle(context):
    return deep(context) + context.middle_field


@inner
def compiled(context):
    return context.compiled_field


def rule(syn, p, context):
    return middle(context) + compiled(context) + p.gain


def test_names_of_helpers_count_whether_plain_or_compiled():
    found = names_read(rule)
    assert {"gain", "middle_field", "deep_field", "compiled_field"} <= found
    assert "other_field" not in found


def test_names_in_a_function_of_a_module_count():
    def through_a_module(function):
        return module.names_read(function)

    assert "co_consts" in names_read(through_a_module)


def test_names_in_nested_functions_and_closures_count():
    def outer(x):
        def nested():
            return x.nested_field

        return nested() + rule(x, x, x)

    assert {"nested_field", "deep_field"} <= names_read(outer)


def test_functions_that_call_each_other_are_read_once():
    def even(n):
        return odd(n - 1) if n else n.even_field

    def odd(n):
        return even(n - 1) if n else n.odd_field

    assert {"even_field", "odd_field"} <= names_read(even)
