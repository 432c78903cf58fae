#!/usr/bin/env python3
"""Reference values for the tests of lethe.metrics and lethe.attacks, computed without any code of Lethe.

Closed forms and brute-force definitions only, by numpy and scipy, and scikit-learn's support vectors:

    python3 benchmarks/reference/synthetic_worlds.py core/src/test/resources/reference/synthetic-worlds.json

Simulated entries state their number of examples; everything else is exact to double precision.
"""
import json
import math
import platform
import sys

import numpy as np
import scipy
import sklearn
from scipy import integrate, optimize, special, stats
from sklearn.svm import SVC

N = stats.norm
PHI, Q = N.cdf, N.ppf


# ---------------------------------------------------------------- signals of classification
def signals(z, y):
    z = np.asarray(z, float)
    others = np.delete(z, y)
    log_p = special.log_softmax(z)
    p = np.exp(log_p)
    wrong = np.arange(len(z)) != y
    log_not_p = np.array([special.logsumexp(np.delete(log_p, c)) for c in range(len(z))])
    u, m = z / 2, .6 * (np.arange(len(z)) == y)
    poly = lambda a, n: sum(a ** k / math.factorial(k) for k in range(n + 1))
    share = lambda f: f[y] / f.sum()
    return {
        "SOFT_MARGIN": special.softmax(u - m)[y],
        "TAYLOR": share(poly(u, 4)),
        "TAYLOR_SOFT_MARGIN": share(poly(u - m, 4)),
        "TAYLOR_SOFT_MARGIN_LEGACY": share(poly(u - m, 3)),
        "NEG_MENTROPY_LEGACY": ((1 - p) * log_p).sum(),
        "NEG_LOSS": log_p[y],
        "PHI": z[y] - special.logsumexp(others),
        "MARGIN": z[y] - others.max(),
        "NEG_ENTROPY": -special.entr(p).sum(),
        "NEG_MENTROPY": np.exp(log_not_p[y]) * log_p[y] + (p * log_not_p)[wrong].sum(),
        "CONFIDENCE": p[y],
        "CORRECT": float(np.argmax(z) == y),
    }


def signal_cases():
    cases = [([2, 1, 0], 0), ([2, 1, 0], 2), ([1000, 0, 0], 0), ([0, 1000, 0], 0), ([5] * 4, 1), ([20] + [0] * 9, 0),
             ([-3.25, 4.5, 0.125, 4.5], 1), ([-3.25, 4.5, 0.125, 4.5], 3)]
    cases += [(np.log([.7, .2, .1]).tolist(), y) for y in range(3)]
    cases += [([4, 1, -2], y) for y in range(3)] + [([-8, 3, 0], 0), ([-6, -9, -12], 0)]
    out = []
    for z, y in cases:
        s = signals(z, y)
        out.append({"logits": z, "label": y, "signals": {k: float(v) for k, v in s.items()}})
    return out


# ---------------------------------------------------------------- one decision of U-LiRA
def micro():
    a, b, o = np.array([1., 2, 3]), np.array([3., 5, 7]), 2.5
    llr = {}
    gauss = lambda va, vb: N.logpdf(o, a.mean(), va ** .5) - N.logpdf(o, b.mean(), vb ** .5)
    llr["gaussMaximumLikelihood"] = gauss(a.var(), b.var())
    llr["gaussUnbiased"] = gauss(a.var(ddof=1), b.var(ddof=1))
    llr["gaussPooled"] = gauss(2.5, 2.5)
    t = lambda df, v: (stats.t.logpdf(o, df, a.mean(), (v * 4 / 3) ** .5)
                       - stats.t.logpdf(o, df, b.mean(), (v * 4 / 3) ** .5))
    llr["studentShared"] = t(4, 2.5)
    llr["studentShrunk"] = t(10, (6 * 1 + 4 * 2.5) / 10)
    kde = lambda h: special.logsumexp(N.logpdf(o, a, h)) - special.logsumexp(N.logpdf(o, b, h))
    llr["kde1"], llr["kde05"] = kde(1), kde(.5)
    plugged = [{"o": o_, "muA": ma, "sdA": sa, "muB": mb, "sdB": sb,
                "llr": float(N.logpdf(o_, ma, sa) - N.logpdf(o_, mb, sb))}
               for o_, ma, sa, mb, sb in [(3, 2, 1, 4, 1), (3, 3, .5, 3, 2), (10, 2, 1, 4, 1), (0, 3, .5, 3, 2)]]
    return {"positives": a.tolist(), "negatives": b.tolist(), "value": o,
            "llr": {k: float(v) for k, v in llr.items()}, "plugged": plugged}


# ---------------------------------------------------------------- RMIA by definition
def rmia():
    """Every pair is compared; the first three examples never serve as population."""
    p, p_out = np.array([.9, .6, .2]), np.array([.5, .6, .4])
    z, z_out = np.array([.3, .5, .7, .9]), np.array([.4, .5, .6, .95])
    rows = []
    for a in (0, .3, 1):
        mean = lambda out: .5 * ((1 + a) * out + 1 - a)
        rx, rz = p / mean(p_out), z / mean(z_out)
        rows.append({"a": a, "ratios": rx.tolist(), "populationRatios": rz.tolist(),
                     "scores": {str(g): (rx[:, None] / rz > g).mean(1).tolist() for g in (1, 1.1, 2)}})
    return {"p": p.tolist(), "pOut": p_out.tolist(), "z": z.tolist(), "zOut": z_out.tolist(), "rows": rows}


# ---------------------------------------------------------------- support vectors of one feature
def support_vectors():
    g = np.random.default_rng(7)
    out = []
    for p, n in ((g.normal(1, 1, 40), g.normal(0, 1, 30)), (g.normal(0, .5, 25), g.normal(0, 2, 50)),
                 (np.array([1., 1, 1, 1, 0]), np.array([0., 0, 1, 0, 0]))):
        for c, gamma in ((3, 1), (.5, 2)):
            x, y = np.concatenate([p, n])[:, None], np.repeat([1, 0], [len(p), len(n)])
            at = np.linspace(-3, 4, 15)
            decisions = SVC(C=c, gamma=gamma, tol=1e-8).fit(x, y).decision_function(at[:, None])
            out.append({"positives": p.tolist(), "negatives": n.tolist(), "c": c, "gamma": gamma,
                        "at": at.tolist(), "decisions": decisions.tolist()})
    return out


# ---------------------------------------------------------------- ROC by definition
def auc(p, n, wp=None, wn=None):
    p, n = np.asarray(p, float), np.asarray(n, float)
    wp = np.ones(len(p)) if wp is None else np.asarray(wp, float)
    wn = np.ones(len(n)) if wn is None else np.asarray(wn, float)
    m = (p[:, None] > n[None]) + .5 * (p[:, None] == n[None])
    return float(wp @ m @ wn / wp.sum() / wn.sum())


def tpr_at(p, n, alpha, wp=None, wn=None):
    p, n = np.asarray(p, float), np.asarray(n, float)
    wp = np.ones(len(p)) if wp is None else np.asarray(wp, float)
    wn = np.ones(len(n)) if wn is None else np.asarray(wn, float)
    best = 0.
    for t in np.unique(np.concatenate([p, n])):
        if wn[n >= t].sum() <= alpha * wn.sum() * (1 + 1e-12):
            best = max(best, wp[p >= t].sum() / wp.sum())
    return float(best)


def roc():
    y = np.array([1, 1, 0, 1, 0, 1, 0, 0, 1, 0])
    s = np.array([.9, .8, .7, .6, .6, .5, .4, .3, .2, .1])
    p, n = s[y == 1], s[y == 0]
    g = np.random.default_rng(5)
    wp, wn = g.integers(0, 4, 5), g.integers(0, 4, 5)
    tp, tn = g.integers(0, 12, 60) + 3., g.integers(0, 12, 45) * 1.
    return {"positives": p.tolist(), "negatives": n.tolist(), "auc": auc(p, n),
            "tpr": {str(a): tpr_at(p, n, a) for a in (.1, .2, .4)},
            "weighted": {"positiveWeights": wp.tolist(), "negativeWeights": wn.tolist(), "auc": auc(p, n, wp, wn),
                         "tpr": {str(a): tpr_at(p, n, a, wp, wn) for a in (.1, .2, .4)}},
            "tied": {"positives": tp.tolist(), "negatives": tn.tolist(), "auc": auc(tp, tn),
                     "tpr": {str(a): tpr_at(tp, tn, a) for a in (.01, .05, .1, .2, .5)}}}


def delong():
    p, n = np.array([.8, .6, .55, .4]), np.array([.7, .5, .3, .2, .1])
    m = (p[:, None] > n) + .5 * (p[:, None] == n)
    s10, s01 = m.mean(1).var(ddof=1), m.mean(0).var(ddof=1)
    return {"positives": p.tolist(), "negatives": n.tolist(), "auc": m.mean(), "s10": s10, "s01": s01,
            "variance": s10 / 4 + s01 / 5}


def clopper_pearson():
    out = []
    for k, n in [(0, 100), (0, 200), (0, 1000), (1, 1000), (5, 1000), (10, 1000), (50, 1000), (10, 10000), (100, 10000),
                 (20, 200), (7, 7), (1, 2)]:
        lo = 0. if k == 0 else stats.beta.ppf(.025, k, n - k + 1)
        hi = 1. if k == n else stats.beta.ppf(.975, k + 1, n - k)
        out.append({"k": k, "n": n, "low": float(lo), "high": float(hi)})
    return out


# ---------------------------------------------------------------- worlds
def grid(n, mu=0., sd=1.):
    return mu + sd * Q((np.arange(1, n + 1) - .5) / n)


def w1():
    rows = []
    for d in (.5, 1, 1.5, 2, 3):
        rows.append({"d": d, "auc": PHI(d / 2 ** .5), "accuracy": PHI(d / 2),
                     "tpr": {str(a): float(PHI(d - Q(1 - a))) for a in (.001, .01, .05)}})
    p, n = grid(100, 1), grid(100)
    return {"rows": rows, "grid100Auc": auc(p, n), "grid200Auc": auc(grid(200, 1), grid(200)),
            "grid100Tpr": {str(a): tpr_at(p, n, a) for a in (.01, .05, .1)}}


def w2():
    out = []
    for d, tau in ((2, 3), (1, 2)):
        out.append({"d": d, "tau": tau, "perExample": PHI(d / 2 ** .5), "population": PHI(d / (2 * (1 + tau ** 2)) ** .5),
                    "populationTpr": {str(a): float(PHI(d / (1 + tau ** 2) ** .5 - Q(1 - a))) for a in (.01, .001)}})
    mu = grid(20, 0, 3)
    p = (mu[:, None] + 2 + grid(50)).ravel()
    n = (mu[:, None] + grid(50)).ravel()
    return {"rows": out, "gridPerExample": auc(grid(50, 2), grid(50)), "gridPopulation": auc(p, n)}


def w3():
    q = PHI(1 / 2 ** .5)
    g0 = grid(100)
    mixed = np.concatenate([g0 + 1, g0 - 1])
    llr_p = np.concatenate([g0 + 1 - .5, -(g0 - 1) - .5])
    llr_n = np.concatenate([g0 - .5, -g0 - .5])
    return {"perExample": q, "twoSided": q ** 2 + (1 - q) ** 2, "gridPopulation": auc(mixed, np.concatenate([g0, g0])),
            "gridPerExample": auc(llr_p, llr_n), "gridTwoSided": auc(abs(mixed), abs(np.concatenate([g0, g0])))}


def w4():
    rows = []
    for r in (1.5, 2, 3, 4):
        cut = (2 * r ** 2 * np.log(r) / (r ** 2 - 1)) ** .5
        acc = .5 * (2 * PHI(cut) - 1) + .5 * 2 * PHI(-cut / r)
        rows.append({"r": r, "auc": 2 / np.pi * np.arctan(r), "cut": cut, "accuracy": acc,
                     "tprNarrow": 2 * PHI(r * Q(.5 + .01 / 2)) - 1, "tprWide": 2 * PHI(-Q(1 - .01 / 2) / r)})
    return {"rows": rows, "grid100": auc(-abs(grid(100)), -abs(grid(100, 0, 2)))}


def simulate(world, k, estimator, n=20000, seed=1, d=1.5):
    """AUC of one scored positive and one scored negative an example, k fitted shadows a class."""
    g = np.random.default_rng(seed)
    mu = 2 * g.standard_normal((n, 1))
    sd = np.exp(.6 * g.standard_normal((n, 1))) if world == "heteroscedastic" else np.ones((n, 1))
    if world == "variance":
        mu, d, sdp, sdn = 0 * mu, 0., sd, 2 * sd
    else:
        sdp = sdn = sd
    pos = mu + d * sd + sdp * g.standard_normal((n, k + 1))
    neg = mu + sdn * g.standard_normal((n, k + 1))
    a, b = pos[:, 1:], neg[:, 1:]
    ma, mb = a.mean(1, keepdims=True), b.mean(1, keepdims=True)
    va, vb = a.var(1, ddof=1, keepdims=True), b.var(1, ddof=1, keepdims=True)

    def shrink(v, df):
        lv = np.log(v)
        extra = lv.var(ddof=1) - special.polygamma(1, df / 2)
        if extra <= 0:
            nu0 = np.inf
            s0 = np.exp(lv.mean() - special.digamma(df / 2) + np.log(df / 2))
            return np.full_like(v, s0), np.inf
        nu0 = 2 * optimize.brentq(lambda x: special.polygamma(1, x) - extra, 1e-6, 1e8)
        s0 = np.exp(lv.mean() - special.digamma(df / 2) + np.log(df / 2) + special.digamma(nu0 / 2) - np.log(nu0 / 2))
        return (nu0 * s0 + df * v) / (nu0 + df), nu0 + df

    def logt(x, m, v, df):
        return N.logpdf(x, m, v ** .5) if np.isinf(df) else stats.t.logpdf(x, df, m, v ** .5)

    if estimator == "gaussMaximumLikelihood":
        c = (k - 1) / k
        llr = lambda x: N.logpdf(x, ma, (c * va) ** .5) - N.logpdf(x, mb, (c * vb) ** .5)
    elif estimator == "gaussUnbiased":
        llr = lambda x: N.logpdf(x, ma, va ** .5) - N.logpdf(x, mb, vb ** .5)
    elif estimator == "gaussPooled":
        v = ((va + vb) / 2).mean()
        llr = lambda x: N.logpdf(x, ma, v ** .5) - N.logpdf(x, mb, v ** .5)
    elif estimator == "studentSeparate":
        (sa, da), (sb, db) = shrink(va, k - 1), shrink(vb, k - 1)
        llr = lambda x: logt(x, ma, sa * (1 + 1 / k), da) - logt(x, mb, sb * (1 + 1 / k), db)
    elif estimator == "studentShared":
        s, df = shrink((va + vb) / 2, 2 * k - 2)
        llr = lambda x: logt(x, ma, s * (1 + 1 / k), df) - logt(x, mb, s * (1 + 1 / k), df)
    elif estimator == "kdeSilverman":
        floor = .3 * ((va + vb) / 2).mean() ** .5
        ha = np.maximum(1.06 * va ** .5 * k ** -.2, floor)
        hb = np.maximum(1.06 * vb ** .5 * k ** -.2, floor)
        llr = lambda x: (special.logsumexp(N.logpdf(x, a, ha), axis=1, keepdims=True)
                         - special.logsumexp(N.logpdf(x, b, hb), axis=1, keepdims=True))
    else:
        raise ValueError(estimator)
    sp, sn = llr(pos[:, :1]).ravel(), llr(neg[:, :1]).ravel()
    r = stats.rankdata(np.concatenate([sp, sn]))
    return float((r[:n].sum() - n * (n + 1) / 2) / n / n)


def w8():
    out = []
    for world in ("homoscedastic", "heteroscedastic"):
        for k in (4, 16, 64):
            for e in ("gaussMaximumLikelihood", "gaussUnbiased", "gaussPooled", "studentSeparate", "studentShared",
                      "kdeSilverman"):
                out.append({"world": world, "k": k, "estimator": e, "examples": 20000,
                            "auc": round(simulate(world, k, e), 4)})
    for k in (8, 32, 128):
        for e in ("studentSeparate", "studentShared"):
            out.append({"world": "variance", "k": k, "estimator": e, "examples": 20000,
                        "auc": round(simulate("variance", k, e), 4)})
    return out


def w16():
    return {"normalQuantile": [[p, float(Q(p))] for p in (.999, .99, .975, .95, .5, 1e-10, 1e-300)],
            "normalCdf": [[x, float(special.ndtr(x))] for x in (2 ** -.5, -8., 0., 3., -37.)],
            "digamma": [[x, float(special.digamma(x))] for x in (.1, .5, 1., 3.5, 63.5, 1e4)],
            "trigamma": [[x, float(special.polygamma(1, x))] for x in (.1, .5, 1., 3.5, 63.5, 1e4)],
            "logGamma": [[x, float(special.gammaln(x))] for x in (.1, .5, 3.5, 63.5, 1e4)],
            "studentQuantile": [[df, float(stats.t.ppf(.975, df))] for df in (1, 2, 7, 15, 63, 255)],
            "betaQuantile": [[p, a, b, float(stats.beta.ppf(p, a, b))]
                             for p, a, b in ((.025, 10, 991), (.975, 11, 990), (.5, 2, 3), (.975, 1, 200))]}


def divergences():
    p, q = np.array([.5, .25, .125, .125, 0]), np.array([.25, .25, .25, .2, .05])
    m = (p + q) / 2
    return {"p": p.tolist(), "q": q.tolist(), "kl": special.rel_entr(p, q).sum(),
            "js": (special.rel_entr(p, m).sum() + special.rel_entr(q, m).sum()) / 2,
            "totalVariation": abs(p - q).sum() / 2,
            "hellinger": (((p ** .5 - q ** .5) ** 2).sum() / 2) ** .5}


# ---------------------------------------------------------------- variance of vulnerability
def variance_component():
    """A small table by definition, and the truth of a world in which half of the examples have a gap of two."""
    g = np.random.default_rng(3)
    labels = np.array([g.permutation(np.arange(12) % 2) for _ in range(9)])
    values = np.round(g.normal(size=(9, 12)) + labels * (np.arange(9)[:, None] % 3), 1)
    areas, noises = [], []
    for v, y in zip(values, labels):
        p, n = v[y == 1], v[y == 0]
        m = (p[:, None] > n) + .5 * (p[:, None] == n)
        areas.append(m.mean())
        noises.append(m.mean(1).var(ddof=1) / len(p) + m.mean(0).var(ddof=1) / len(n))
    high = PHI(2 ** .5)
    return {"values": values.ravel().tolist(), "labels": labels.ravel().tolist(), "worlds": 12,
            "observed": np.var(areas, ddof=1), "noise": np.mean(noises),
            "truth": ((high - .5) / 2) ** 2,
            "meanSquare": float(((np.array(areas) - .5) ** 2).mean())}


# ---------------------------------------------------------------- two snapshots, and rules for stopping
def two_snapshots():
    """Areas of linear scores of two correlated normal signals: the best weights, and those that ignore correlation."""
    out = []
    for before, after, rho in ((2, .2, .9), (1, 1, .5)):
        delta, cov = np.array([before, after]), np.array([[1, rho], [rho, 1]])
        area = lambda w: float(PHI(w @ delta / (2 * w @ cov @ w) ** .5))
        best = np.linalg.solve(cov, delta)
        out.append({"before": before, "after": after, "rho": rho, "distance": float((delta @ best) ** .5),
                    "auc": area(best), "aucDiagonal": area(delta), "aucBefore": area(np.array([1, 0])),
                    "aucAfter": area(np.array([0, 1])), "aucDifference": area(np.array([1, -1]))})
    return out


def stopping():
    """Three examples, each two standard deviations from its target, approach it at rates 1/2, 1 and 2."""
    rates = np.array([.5, 1, 2])
    magnitude = lambda gap: PHI(abs(gap) / 2 ** .5).tolist()
    common = 2 / rates.mean()
    out = {"rates": rates.tolist(), "gap": 2, "commonTime": common, "commonGaps": (2 - rates * common).tolist(),
           "commonMagnitudes": magnitude(2 - rates * common), "frozen": []}
    for kappa in (.5, 1):
        gaps, active, t, freezes = np.full(3, 2.), np.full(3, True), 0., []
        while active.any():
            velocity = rates * active + kappa * (rates * active).sum() / 3
            left = np.where(active, gaps / velocity, np.inf)
            k = int(left.argmin())
            gaps, t = gaps - velocity * left[k], t + left[k]
            gaps[k], active[k] = 0, False
            freezes.append(float(t))
        out["frozen"].append({"kappa": kappa, "times": freezes, "gaps": gaps.tolist(), "magnitudes": magnitude(gaps)})
    return out


# ---------------------------------------------------------------- the unlearning challenge, by enumeration
def epsilon(fpr, fnr, delta=1e-5):
    if fpr == 0 and fnr == 0:
        return math.inf
    if fpr == 0 or fnr == 0:
        return math.nan
    loss = lambda a, b: math.log(1 - delta - a) - math.log(b) if 1 - delta - a > 0 else -math.inf
    return max(0., loss(fpr, fnr), loss(fnr, fpr))


def best(rules):
    return max((e for e in rules if not math.isnan(e)), default=0.)


def by_threshold(u, r, thresholds):
    high, low = (u, r) if np.median(u) >= np.median(r) else (r, u)
    return best(epsilon((low >= t).mean(), (high < t).mean()) for t in thresholds)


def by_interval(u, r, step):
    narrow, wide = (u, r) if np.ptp(u) <= np.ptp(r) else (r, u)
    rules = []
    for i in range(-200, 201):
        right = narrow.max() + i * step
        for j in range(-200, 201):
            left = narrow.min() + (i + j) * step
            inside = lambda v: int(((v >= left) & (v <= right)).sum())
            rules.append(epsilon(inside(wide) / len(wide), 1 - inside(narrow) / len(narrow)))
    return best(rules)


def competition():
    pairs = [(.1, .2), (.4, .4), (.3, .3), (.25, .25), (.01, .5), (1 / 512, 1 / 512), (.5, .5)]
    eps = np.array([.1, .49, .5, .99, 1, 2.079, 6.4, 6.7, 7.2, np.inf])
    f = lambda bins: float(np.where(eps < bins / 2, 2. ** -np.floor(eps * 2), 0).mean())
    on_grid = [[n, d, by_threshold(grid(n, d), grid(n), np.concatenate([grid(n, d), grid(n)]))]
               for n, d in ((512, .25), (512, .5), (512, 1), (512, 2), (512, 3), (64, 1))]
    g = np.random.default_rng(12)
    samples = []
    for mu, sd in ((0, 1), (1, .4), (-.5, 2)):
        u, r = g.normal(mu, sd, 16), g.normal(0, 1, 16)
        unit = ((u.var(ddof=1) + r.var(ddof=1)) / 2) ** .5
        points = np.concatenate([u, r])
        thresholds = points.min() + np.arange(int(math.ceil(np.ptp(points) * 100)) + 1) / 100
        samples.append({"unlearned": u.tolist(), "retrained": r.tolist(),
                        "threshold": by_threshold(u, r, points),
                        "epsilon": max(by_threshold(u, r, points), by_interval(u, r, unit / 100)),
                        "literal": max(by_threshold(u, r, thresholds), by_interval(u, r, .01))})
    return {"rates": [{"fpr": a, "fnr": b, "epsilon": epsilon(a, b)} for a, b in pairs],
            "epsilons": eps[:-1].tolist(), "score13": f(13), "score14": f(14), "grid": on_grid, "samples": samples}


def one_run():
    out = []
    for r, v in ((1000, 550), (1000, 600), (1000, 700), (200, 150), (100, 90), (100, 100), (1000, 526)):
        tail = lambda e: stats.binom.sf(v - 1, r, 1 / (1 + math.exp(-e))) - .05
        out.append({"guesses": r, "correct": v, "epsilon": optimize.brentq(tail, 0, 30, xtol=1e-14) if tail(0) < 0 else 0.})
    return out


def distances():
    p, q = np.array([.7, .2, .1]), np.array([.5, .3, .2])
    m = (p + q) / 2
    js = (special.rel_entr(p, m).sum() + special.rel_entr(q, m).sum()) / 2
    g = np.random.default_rng(21)
    a, b = np.round(g.normal(size=40), 1), np.round(g.normal(.4, 1.2, 55), 1)
    ks = stats.ks_2samp(a, b, method="asymp")
    return {"p": p.tolist(), "q": q.tolist(), "js": js, "euclidean": float(np.linalg.norm(p - q)),
            "zeroRetrainForgetting": 1 - js / math.log(2),
            "ks": {"a": a.tolist(), "b": b.tolist(), "statistic": ks.statistic,
                   "p": float(stats.kstwobign.sf(ks.statistic * (len(a) * len(b) / (len(a) + len(b))) ** .5))}}


def main(target):
    bh = [.001, .008, .012, .041, .042, .06, .2, .5]
    g = np.random.default_rng(11)
    means = g.normal(.6, .05, 16)
    t = stats.t.interval(.95, 15, means.mean(), stats.sem(means))
    out = {
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__,
                     "scikit-learn": sklearn.__version__},
        "signals": signal_cases(),
        "likelihoodRatio": micro(), "rmia": rmia(),
        "supportVectors": support_vectors(),
        "roc": roc(), "delong": delong(), "clopperPearson": clopper_pearson(),
        "benjaminiHochberg": {"p": bh, "adjusted": stats.false_discovery_control(bh).tolist()},
        "meanInterval": {"values": means.tolist(), "mean": means.mean(), "low": t[0], "high": t[1]},
        "nullAucSd": [[k, ((2 * k + 1) / (12 * k * k)) ** .5] for k in (4, 8, 16, 32, 64, 128, 256)],
        "divergence": divergences(), "retrainDistance": distances(), "varianceComponent": variance_component(),
        "competition": competition(), "oneRun": one_run(),
        "twoSnapshots": two_snapshots(), "stopping": stopping(),
        "equalVariance": w1(), "heterogeneousMeans": w2(), "signFlip": w3(), "varianceOnly": w4(),
        "efficacyNotPrivacy": {"g1": PHI(1 / 2 ** .5), "g2": .5},
        "shadowBudget": w8(), "specialFunctions": w16(),
    }
    with open(target, "w", encoding="utf-8") as f:
        json.dump(out, f, indent=1, default=float)
        f.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
