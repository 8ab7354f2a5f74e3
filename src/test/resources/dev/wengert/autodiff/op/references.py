"""Writes references.csv: python3 references.py > references.csv (mpmath 1.3).

Each line is a function of a vector, a point, the value, the gradient, and the Hessian times v = (1, -1/2, 1, -1/2, ...). A result that is
a vector y is weighted: the function is the sum of y_i/(i + 1). Derivatives are central differences in 120 digits.
"""

from mpmath import exp, fsum, log, mp, mpf, power, sqrt

mp.dps = 120
INF = float("inf")


def weighted(f):
    return lambda x: fsum(y / (i + 1) for i, y in enumerate(f(x)))


def norm(p):
    return lambda x: power(fsum(abs(v) ** p for v in x), mpf(1) / p)


def variance(ddof):
    def f(x):
        mean = fsum(x) / len(x)
        return fsum((v - mean) ** 2 for v in x) / (len(x) - ddof)

    return f


def std(ddof):
    return lambda x: sqrt(variance(ddof)(x))


def prod(x):
    y = mpf(1)
    for v in x:
        y *= v
    return y


def cum_prod(x):
    return [prod(x[: i + 1]) for i in range(len(x))]


def cum_sum(x):
    return [fsum(x[: i + 1]) for i in range(len(x))]


def log_cum_sum_exp(x):
    return [log(fsum(exp(v) for v in x[: i + 1])) for i in range(len(x))]


def recurrence(x):
    """The coefficients, the inputs, and the initial value."""
    n = len(x) // 2
    h = x[-1]
    y = []
    for a, b in zip(x[:n], x[n : 2 * n]):
        h = a * h + b
        y.append(h)
    return y


def quantile(q):
    def f(x):
        s = sorted(x)
        h = mpf(q) * (len(s) - 1)
        i = min(int(h), len(s) - 2)
        return (1 - (h - i)) * s[i] + (h - i) * s[i + 1]

    return f


CASES = [
    ("norm(2)", norm(2), [3, -4, 12.5]),
    ("norm(3)", norm(3), [3, -4, 12.5]),
    ("norm(1.5)", norm(mpf(1.5)), [3, -4, 12.5]),
    ("norm(4)", norm(4), [0.5, -0.25, 2]),
    ("norm(2)", norm(2), [3e200, -4e200, 1e180]),
    ("norm(2)", norm(2), [3e-200, -4e-200, 1e-210]),
    ("norm(3)", norm(3), [3e200, -4e200, 1e200]),
    ("norm(1.5)", norm(mpf(1.5)), [3e-200, -4e-200, 1e-199]),
    ("std(0)", std(0), [3, -4, 12.5, 1]),
    ("std(1)", std(1), [3, -4, 12.5, 1]),
    ("variance(1)", variance(1), [3, -4, 12.5, 1]),
    ("std(0)", std(0), [1e8, 1e8 + 1, 1e8 + 3, 1e8 + 4.5]),
    ("std(0)", std(0), [1e16, 1e16 + 2, 1e16 + 4]),
    ("std(1)", std(1), [1e200, 3e200, -2e200]),
    ("std(0)", std(0), [1e-200, 3e-200, -2e-200]),
    ("prod", prod, [3, -4, 12.5, 0.1, 7]),
    ("prod", prod, [3, 0, 12.5, 0.1]),
    ("prod", prod, [3, 0, 12.5, 0, 2]),
    ("cumSum", weighted(cum_sum), [3, -4, 12.5, 0.1, 7]),
    ("cumProd", weighted(cum_prod), [3, -4, 12.5, 0.1, 7]),
    ("cumProd", weighted(cum_prod), [3, -4, 0, 0.1, 7]),
    ("cumProd", weighted(cum_prod), [0, -4, 0, 0.1, 7]),
    ("logCumSumExp", weighted(log_cum_sum_exp), [0.5, -2, 1.25, 3, -1]),
    ("logCumSumExp", weighted(log_cum_sum_exp), [1000, 980, 1001, -1000]),
    ("logCumSumExp", weighted(log_cum_sum_exp), [-40, 0, 40, 0]),
    ("logCumSumExp", weighted(log_cum_sum_exp), [0, -40, -80]),
    ("linearRecurrence", weighted(recurrence), [0.5, -2, 1.25, 3, -1, 0.75, 0.25]),
    ("linearRecurrence", weighted(recurrence), [0, 3, 0, 0.5, 1, -1, 2, 4, -0.5]),
    ("sort", weighted(sorted), [3, -4, 12.5, 0.1, 7]),
    ("sort descending", weighted(lambda x: sorted(x, reverse=True)), [3, -4, 12.5, 0.1, 7]),
    ("topK(2)", weighted(lambda x: sorted(x, reverse=True)[:2]), [3, -4, 12.5, 0.1, 7]),
    ("median", quantile(0.5), [3, -4, 12.5, 0.1, 7]),
    ("median", quantile(0.5), [3, -4, 12.5, 0.1]),
    ("quantile(0.3)", quantile(0.3), [3, -4, 12.5, 0.1, 7, 2]),
    ("quantile(1)", quantile(1), [3, -4, 12.5, 0.1]),
]

print("# function;point;value;gradient;Hessian times (1, -1/2, 1, ...): see references.py")
for name, f, point in CASES:
    x = [mpf(v) for v in point]
    scale = max(abs(v) for v in x)
    h = scale * mpf(10) ** -35

    def at(*moves):
        z = list(x)
        for i, d in moves:
            z[i] += d
        return f(z)

    def along(i, t):
        return at(*[(k, t * h * (mpf(1) if k % 2 == 0 else mpf(-0.5))) for k in range(len(x))], (i, h)) - at(
            *[(k, t * h * (mpf(1) if k % 2 == 0 else mpf(-0.5))) for k in range(len(x))], (i, -h)
        )

    gradient = [(at((i, h)) - at((i, -h))) / (2 * h) for i in range(len(x))]
    product = [(along(i, 1) - along(i, -1)) / (4 * h * h) for i in range(len(x))]

    def text(values, size):
        return ",".join("0.0" if abs(v) < size * mpf(10) ** -28 else repr(float(v)) for v in values)

    largest = max(abs(v) for v in gradient)
    print(
        name,
        ",".join(repr(float(v)) for v in point),
        repr(float(f(x))),
        text(gradient, largest),
        text(product, max([abs(v) for v in product] + [largest / scale])),
        sep=";",
    )
