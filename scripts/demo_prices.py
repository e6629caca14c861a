"""What the demo company has agreed on prices, its trade price book and its charges; all invented.

Agreements are written one ladder a line. Days are relative to the day the demo is built, so that
offers run today and a price rise is still to come.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

Row = dict[str, str]

# name | party | item side | kind | steps: from=value | first day..last day | what else is said
# A party is a number, a group's code, or * for everybody; an item side likewise.
SELL = """
Brightwater moorings|C-1001|AN-2820|price|1=49.50 3=47.90 10=44.50|-150..|reference=BWM-7
Brightwater moorings|C-1001|AN-2830|price|1=69.80 5=67.50|-150..|reference=BWM-7
Brightwater moorings|C-1001|RP-4420|price|1=1.10 50=1.02 200=0.95|-150..|reference=BWM-7
Penhallow workshop|C-1002|EN-2030|price|1=26.40 10=24.90|-90..275|
Penhallow workshop|C-1002|WR-1550|price|1=118|-90..275|unit=box
Gig builders' hoses|C-1018|HS-1040|price|1=4.60 100=4.20|-200..165|
Tamar Reach lamps|C-1023|LT-0610|price|1=8.50 24=7.95|-60..305|
Tregear's anodes and cables|C-1007|EN-2070|price|1=41 12=38.50|-210..|
Skerryvore chains|C-1012|WR-1240|price|1=5.10 50=4.70|-120..245|reference=SKW 2
Conwy lines|C-1045|RP-4640|price|1=2.95 40=2.80 200=2.60|-45..320|
Harbour commissioners, framework|C-1004|BK-3130|price|1=36 5=34.20|-300..430|reference=HC 114
Thurne cable|C-1070|CB-2120|price|1=1.38 50=1.30|-100..265|
Werft Möwenort hatches|C-1096|DF-2410|price|1=178|-80..285|
Boatyards' chain|YARD|AN-2630|price|1=8.10 100=7.50|-180..|
Fleet gloves|FLEET|WW-3305|price|1=9.40 10=8.90 24=8.20|-180..|
Marinas|MARINA|FENDER|percent|0=8 12=12|-365..|
Marinas|MARINA|ROPE|percent|0=6|-365..|
Boatyards|YARD|FASTENER|percent|0=8 100=12|-365..|across
Boatyards|YARD|RESIN|percent|0=7|-365..|
Boatyards|YARD|PAINT|percent|0=6|-365..|
Chandlers|SHOP|CARE|percent|0=12|-365..|
Chandlers|SHOP|ROPE|percent|0=10|-365..|
Chandlers|SHOP|NAV|percent|0=5|-365..|
Fleets|FLEET|PUMP|percent|0=7.5|-365..|
Fleets|FLEET|LIFE|percent|0=5|-365..|
Authorities and schools|PUBLIC|LIFE|percent|0=10|-365..|
Clubs|CLUB|ROPE|percent|0=5|-365..|
Clubs|CLUB|WEAR|percent|0=5|-365..|
Étoile, on everything|C-1086|*|percent|0=4|-220..|reference=Lettre du port
Van der Kluizen lights|C-1094|LIGHT|percent|0=6|-30..335|
Season prices|*|FN-4050|price|1=33|-120..240|any_unit
Season prices|*|LT-0510|price|1=47.50|-120..240|
Season prices|*|EN-1520|price|1=23.90 10=22.80|-120..240|
Season prices|*|LJ-1120|price|1=25.90|-120..240|any_unit
Fender fortnight|*|FN-4050|price|1=30.90|-4..10|any_unit priority=10 stop
Lights on deck|*|LT-0510|price|1=43.90|-7..14|priority=10 stop
Shore power week|*|BT-1580|amount_off|1=1.50|-2..5|priority=10
Large orders|*|orders|percent|1500=1.5 4000=3|-365..|
Lobster Pot varnish|C-1013|PT-1250|price|1=60|-300..|ended=-30
Winter lay-up|*|CR-3010|price|1=34.50 6=32|20..110|draft priority=10
Winter lay-up|*|EN-1110|price|1=8.60 10=7.90|20..110|draft priority=10
"""

BUY = """
Ropeworks, yearly|V-101|RP-4420|price|1=0.70 500=0.67 2000=0.63|-250..115|reference=H&H 31
Ropeworks, yearly|V-101|RP-4640|price|1=1.78 500=1.68|-250..115|reference=H&H 31
Ropeworks, yearly|V-101|RP-4450|price|1=1.55 500=1.48|-250..115|reference=H&H 31
Ironbight|V-102|AN-2820|price|1=33.20 20=31.60|-180..|
Ironbight|V-102|ANCHOR|percent|0=3|-180..|
Threadneedle|V-108|FASTENER|percent|1000=5 5000=8|-365..|across
Tidewrack cartons|V-106|PT-1060|price|1=228|-90..275|unit=carton
Tidewrack bonus|V-106|orders|percent|1500=2 5000=4|-90..275|
Quernstone|V-112|TL-1545|price|1=11.10 10=10.60|-140..225|
Saltmarsh cartons|V-103|BL-0010|price|1=168|-140..225|unit=carton
Fjord lights|V-104|LIGHT|percent|0=4|-60..|
Large, fenders|V-110|FN-4050|price|1=20.60 60=19.70|-200..165|
"""

RISES: list[Row] = [
    {"agreement": "Brightwater moorings", "percent": "3.5", "from_day": "28"},
    {"agreement": "Boatyards' chain", "percent": "4", "from_day": "28"},
]
"""Price rises that are prepared and wait for somebody to activate them."""

TRADE_BOOK = "TRADE"
TRADE_GROUPS = {"FITTING": 14, "WIRE": 12, "BLOCK": 8, "ABRASIVE": 7}
"""Of each group so many items, the first, are in the trade price book."""

CHARGES: list[Row] = [
    {
        "code": "FREIGHT",
        "name": name,
        "kind": "shipping",
        "method": "bracket",
        "delivery_mode": mode,
        "item_group": "",
        "rate": "",
        "brackets": brackets,
        "billing": "prorated",
    }
    for name, mode, brackets in (
        ("Carriage, parcel", "PARCEL", "0=7.50 250=0"),
        ("Carriage, pallet", "PALLET", "0=48 750=24 1500=0"),
        ("Carriage, Europe", "EXPORT", "0=39 1000=22 2500=0"),
        ("Delivery by our own truck", "VAN", "0=12 150=0"),
    )
] + [
    {
        "code": "DANGEROUS",
        "name": "Dangerous goods, papers and packing",
        "kind": "special",
        "method": "fixed",
        "delivery_mode": "",
        "item_group": "PYRO",
        "rate": "18",
        "brackets": "",
        "billing": "first",
    }
]


def agreement_rows(item_groups: set[str]) -> list[Row]:
    """One row a record, a ladder's steps one below the other."""
    return [
        row
        for side, ladders in (("sell", SELL), ("buy", BUY))
        for line in ladders.strip().splitlines()
        for row in _steps(side, line, item_groups)
    ]


def _steps(side: str, line: str, item_groups: set[str]) -> list[Row]:
    name, party, item, kind, steps, days, more = line.split("|")
    first, last = days.split("..")
    said = dict(word.partition("=")[::2] for word in _words(more))
    account = party if party[1:2] == "-" else ""
    of_orders = item == "orders"
    rows = []
    for step in steps.split():
        start, value = step.split("=")
        rows.append(
            {
                "name": name,
                "side": side,
                "level": "order" if of_orders else "line",
                "kind": kind,
                "account": account,
                "account_group": "" if account or party == "*" else party,
                "item": "" if of_orders or item == "*" or item in item_groups else item,
                "item_group": item if item in item_groups else "",
                "unit": said.get("unit", ""),
                "from_quantity": "0" if of_orders else start,
                "from_amount": start if of_orders else "0",
                "value": value,
                "from_day": first,
                "to_day": last,
                "ended_day": said.get("ended", ""),
                "priority": said.get("priority", "0"),
                "stop": "yes" if "stop" in said else "no",
                "across_lines": "yes" if "across" in said else "no",
                "any_unit": "yes" if "any_unit" in said else "no",
                "state": "draft" if "draft" in said else "active",
                "reference": said.get("reference", ""),
            }
        )
    return rows


def _words(more: str) -> list[str]:
    """What else a line says; a reference goes to the end of the line, with its spaces."""
    before, is_there, reference = more.partition("reference=")
    return [*before.split(), *([f"reference={reference}"] if is_there else [])]


def book_rows(items: list[Row]) -> list[Row]:
    """The trade prices: eight percent below the list, to the nearest penny."""
    rows = []
    for group, count in TRADE_GROUPS.items():
        for item in [each for each in items if each["group"] == group][:count]:
            price = Decimal(item["list_price"]) * Decimal("0.92")
            rows.append(
                {
                    "book": TRADE_BOOK,
                    "item": item["number"],
                    "price": format(price.quantize(Decimal("0.01"), ROUND_HALF_UP), "f"),
                }
            )
    return rows
