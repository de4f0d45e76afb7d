"""Rows of price lists from the facts: one source of truth a moment, the rest kept as disputed.

Facts come one class a row, from several sources, dated or not. Here they are put together so that no two rows bill the
same class under the same conditions on the same day:

  1. Rows that follow each other at the same price are one; a cancelled rise does not end the row before it.
  2. An undated row stands for the day on which its source stood so. When a dated row holds then at the same price it
     is further evidence for that; when dated rows begin later it ends where they begin.
  3. Undated rows at different prices: the source that ranks higher, then more sources, then the newest; losers are
     disputed. corrections.py decides before that where a figure is known to be wrong.
  4. Undated rows of a service tier begin with the standard price that they belong to.
"""
from decimal import Decimal

from corrections import CLOSED, DISPUTED, LAST_DAYS, OPENED, REQUEST_NOTES, ROW_NOTES
from emit import Flow, Text
from facts import CLASS_ORDER, CLASSES, conditions, day, first_day, provider, sources
from sourcelist import as_of, rank

BILLS = (None, "promo", "announced")


class Atom:
    """One class under one condition for one time."""

    def __init__(self, cls, value, when, start, end, status, stated_to, names, note):
        self.cls, self.value, self.when = cls, value, when
        self.start, self.end, self.status, self.stated_to = start, end, status, stated_to
        self.names, self.note = list(names), note

    def key(self):
        return self.cls, tuple(sorted(self.when.items()))

    def from_(self):
        return first_day(self.start) or "0000-00-00"

    def to(self):
        return first_day(self.end) or "9999-99-99"

    def covers(self, when):
        return self.from_() <= when < self.to()

    def take(self, other):
        self.names += [n for n in other.names if n not in self.names]
        self.note = self.note or other.note


def names_of(fact):
    s = sources(fact["sources"])
    return [s] if isinstance(s, str) else s


def atoms_of(rows):
    out = []
    for fact in rows:
        status, stated_to = fact.get("status"), None
        if status and status.startswith("promo, at least until "):
            status, stated_to = "promo", status[-10:]
        end = fact.get("valid_to")
        end = LAST_DAYS.get((fact["model"], end), end)
        for when in conditions(fact.get("when")):
            out.append(Atom(CLASSES[fact["unit"]], Decimal(str(fact["usd"])), when, fact.get("valid_from"), end, status,
                            stated_to, names_of(fact), fact.get("note")))
    return out


def correct(model, who, atoms):
    for a in atoms:
        for m, p, cls, value, when, end, src, why in DISPUTED:
            if (m, p, cls, Decimal(value), when, end) == (model, who, a.cls, a.value, a.when, a.end) and src in a.names:
                a.status, a.note = "disputed", why
        if a.start is None and a.end is None and a.status in BILLS:
            for name in a.names:
                if (model, who, name) in CLOSED and a.cls != "search":
                    a.end, a.note = CLOSED[(model, who, name)]
            if (model, who) in OPENED:
                a.start = OPENED[(model, who)]
        status, note = ROW_NOTES.get((model, who), (None, None))
        a.status, a.note = a.status or status, a.note or note
        if a.cls == "request":
            a.note = REQUEST_NOTES.get(model)


def coalesce(dated, cancelled):
    """Steps 1: neighbours at the same price and status become one."""
    dated.sort(key=lambda a: (a.from_(), a.to()))
    for a in dated:
        if any(a.end and a.to() == c.from_() for c in cancelled) and not any(b.from_() == a.to() for b in dated):
            a.end = None
    out = []
    for a in dated:
        for b in out:
            touching = b.to() >= a.from_() and a.value == b.value
            if touching and b.status == a.status:
                if a.to() > b.to():
                    b.end = a.end
                b.take(a)
                break
            if touching and a.to() == b.to():  # the same price: one source tells when it began and that it is a promotion
                if a.start and not b.start:
                    b.start, b.status = a.start, a.status
                b.take(a)
                break
        else:
            out.append(a)
    return out


def settle_undated(undated, dated):
    """Steps 2 and 3 for one class and condition."""
    rest = []
    for u in undated:
        days = [as_of(n) for n in u.names]
        same = [d for d in dated if d.value == u.value and (any(d.covers(x) for x in days) or d is dated[-1])]
        if same:
            same[-1].take(u)
            continue
        later = [d.start for d in dated if d.start and d.from_() > min(days)]
        earlier = [d.end for d in dated if d.end and d.to() <= min(days)]
        if any(d.covers(x) for d in dated for x in days):
            u.status, u.note = "disputed", u.note or "another source has a dated row for the day of this one"
        if later:
            u.end = min(later, key=first_day)
        if earlier:
            u.start = max(earlier, key=first_day)
        rest.append(u)
    if len([u for u in rest if u.status in BILLS]) > 1:
        live = [u for u in rest if u.status in BILLS]
        live.sort(key=lambda u: (min(rank(n) for n in u.names), -len(u.names), -max(as_of_n(n) for n in u.names)))
        for loser in live[1:]:
            loser.status, loser.note = "disputed", loser.note or "other sources, more or newer, have another price"
    return rest


def as_of_n(name):
    return int(as_of(name).replace("-", ""))


def settle(model, who, atoms):
    correct(model, who, atoms)
    groups = {}
    for a in atoms:
        groups.setdefault(a.key(), []).append(a)
    out = []
    for group in groups.values():
        shown = [a for a in group if a.status not in BILLS]
        live = [a for a in group if a.status in BILLS]
        merged = []
        for a in live:  # equal facts of several sources
            twin = next((b for b in merged if (b.value, b.start, b.end, b.status) == (a.value, a.start, a.end, a.status)), None)
            twin.take(a) if twin else merged.append(a)
        dated = coalesce([a for a in merged if a.start or a.end], [a for a in shown if a.status == "cancelled"])
        out += dated + settle_undated([a for a in merged if not a.start and not a.end], dated) + shown
    begin_tiers(out)
    return out


def begin_tiers(atoms):
    """Step 4."""
    plain = [a for a in atoms if a.cls == "input" and not a.when and a.status in BILLS]
    for a in atoms:
        if "tier" not in a.when or a.start or a.end or a.status not in BILLS:
            continue
        day_seen = max(as_of(n) for n in a.names)
        current = [p for p in plain if p.covers(day_seen) and p.start and any(q.to() <= p.from_() for q in plain if q is not p)]
        if current:
            a.start = current[0].start


def when_row(when):
    order = ["tier", "above", "marginal", "thinking", "region", "hours", "snapshot", "fine_tuned"]
    return Flow((k, Text(when[k]) if isinstance(when[k], str) else when[k]) for k in order if k in when)


def row(rates=None, when=None, start=None, end=None, status=None, stated_to=None, names=(), note=None, factor=None,
        stacks=None, checked=None):
    """A row of the catalogue."""
    out = Flow()
    if factor is not None:
        out["factor"] = factor
    for cls in CLASS_ORDER:
        if rates and cls in rates:
            out[cls] = rates[cls]
    if when:
        out["when"] = when_row(when)
    if stacks:
        out["stacks"] = list(stacks)
    for key, value in (("from", start), ("to", end), ("stated_to", stated_to)):
        if value:
            out[key] = day(value)
    if status:
        out["status"] = status
    out["source"] = sources(list(names))
    if checked:
        out["checked"] = day(checked)
    if note:
        out["note"] = Text(note)
    return out


def rows_of(atoms):
    """Classes with the same sources, conditions and days share a row."""
    grouped = {}
    for a in atoms:
        key = (tuple(sorted(a.when.items())), a.start, a.end, a.status, a.stated_to, a.note)
        same = grouped.setdefault(key, {})
        same.setdefault(frozenset(a.names), []).append(a)
    out = []
    for (when, start, end, status, stated_to, note), by_source in grouped.items():
        for members in by_source.values():
            out.append((members, row({a.cls: a.value for a in members}, dict(when), start, end, status, stated_to,
                                     members[0].names, note)))
    return [r for _, r in sorted(out, key=lambda x: order_of(x[0][0]))]


def order_of(a):
    shown = {None: 0, "promo": 0, "announced": 0, "cancelled": 2, "disputed": 3}[a.status]
    return (shown, len(a.when), sorted((k, str(v)) for k, v in a.when.items()), a.cls in ("search", "request"), a.from_(),
            CLASS_ORDER.index(a.cls))


def offers_of(facts):
    """{model: {provider: [atoms]}} without the medians over hosts."""
    grouped = {}
    for fact in facts["prices"]:
        if fact["provider"] == "aa-median-of-hosts":
            continue
        grouped.setdefault(fact["model"], {}).setdefault(provider(fact["provider"]), []).append(fact)
    return {m: {p: settle(m, p, atoms_of(rows)) for p, rows in by.items()} for m, by in grouped.items()}
