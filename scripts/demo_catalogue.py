"""The demo company's catalogue: product families, written by hand.

A family is one kind of product in several sizes or colours. A row of a family is
`label=list price/weight`, the price in pounds and the weight in kilograms, both for one base unit;
rows are separated by `;`. The label takes the place of `{}` in the family's name.
"""

from __future__ import annotations

from dataclasses import dataclass

GROUPS: tuple[tuple[str, str, str], ...] = (
    # code, name, parent
    ("DECK", "Deck and rigging", ""),
    ("ROPE", "Rope and cordage", "DECK"),
    ("WIRE", "Wire rope and rigging", "DECK"),
    ("FITTING", "Deck fittings", "DECK"),
    ("BLOCK", "Blocks and winches", "DECK"),
    ("MOORING", "Anchoring and mooring", ""),
    ("ANCHOR", "Anchors and chain", "MOORING"),
    ("FENDER", "Fenders and buoys", "MOORING"),
    ("SAFETY", "Safety", ""),
    ("LIFE", "Lifesaving", "SAFETY"),
    ("PYRO", "Flares and signals", "SAFETY"),
    ("FIRE", "Fire protection", "SAFETY"),
    ("ELECTRIC", "Electrical", ""),
    ("LIGHT", "Lights", "ELECTRIC"),
    ("POWER", "Batteries and charging", "ELECTRIC"),
    ("CABLE", "Cable and switchgear", "ELECTRIC"),
    ("NAV", "Navigation and radio", ""),
    ("WATER", "Pumps and plumbing", ""),
    ("PUMP", "Pumps", "WATER"),
    ("HOSE", "Hose and pipe fittings", "WATER"),
    ("ENGINE", "Engine and drive", ""),
    ("COATING", "Paint and chemicals", ""),
    ("PAINT", "Paint and varnish", "COATING"),
    ("RESIN", "Resin, glue and sealant", "COATING"),
    ("CARE", "Cleaning and care", "COATING"),
    ("FASTENER", "Fasteners", ""),
    ("WORKSHOP", "Workshop", ""),
    ("TOOL", "Tools", "WORKSHOP"),
    ("ABRASIVE", "Abrasives", "WORKSHOP"),
    ("WEAR", "Workwear and gloves", "WORKSHOP"),
    ("CABIN", "Cabin and galley", ""),
)


@dataclass(frozen=True)
class Family:
    """One kind of product.

    `bulk` is litres per kilogram as packed; `margin` the share of the list price that is not cost;
    `units` are larger units as `name:factor`; `shelf_days` is how long a fresh lot keeps.
    """

    group: str
    code: str
    name: str
    description: str
    supplier: int
    rows: str
    unit: str = "pc"
    decimals: int = 0
    tracking: str = "none"
    margin: int = 38
    bulk: str = "3"
    units: str = ""
    shelf_days: int = 0
    drop_ship: bool = False
    discontinued: tuple[str, ...] = ()


METRE = "m"
KILO = "kg"

DECK = (
    Family(
        "ROPE",
        "RP-44",
        "Mooring rope {} mm, polyester, per metre",
        "Three-strand polyester, spun finish, sinks, keeps its strength wet.",
        1,
        "8=0.85/0.05; 10=1.20/0.077; 12=1.65/0.111; 14=2.10/0.151; 16=2.75/0.197; 18=3.45/0.25; "
        "20=4.20/0.308; 24=5.95/0.444",
        unit=METRE,
        decimals=1,
        units="coil:100",
        bulk="2.2",
        margin=42,
    ),
    Family(
        "ROPE",
        "RP-45",
        "Docklines, braided polyester, {}, per metre",
        "Double braid with a soft hand, for made-up docklines and springs.",
        1,
        "10 mm navy=1.65/0.075; 10 mm black=1.65/0.075; 12 mm navy=2.20/0.108; "
        "12 mm black=2.20/0.108; 14 mm navy=2.95/0.146; 14 mm black=2.95/0.146; "
        "16 mm navy=3.80/0.19; 16 mm black=3.80/0.19; 20 mm navy=5.70/0.3; 20 mm black=5.70/0.3",
        unit=METRE,
        decimals=1,
        units="reel:100",
        bulk="2.4",
        margin=42,
    ),
    Family(
        "ROPE",
        "RP-46",
        "Halyard and sheet line {}, per metre",
        "Polyester cover over a Dyneema core, low stretch, for halyards and sheets.",
        1,
        "6 mm white/red=2.30/0.027; 6 mm white/blue=2.30/0.027; 8 mm white/red=3.10/0.045; "
        "8 mm white/blue=3.10/0.045; 10 mm white/red=4.35/0.07; 10 mm white/blue=4.35/0.07; "
        "12 mm white/red=5.80/0.1; 12 mm white/blue=5.80/0.1",
        unit=METRE,
        decimals=1,
        units="reel:100",
        bulk="2.4",
        margin=40,
    ),
    Family(
        "ROPE",
        "RP-47",
        "Anchor warp {} mm, nylon octoplait, per metre",
        "Eight-strand nylon that stretches under snatch loads and flakes flat in a locker.",
        1,
        "10=1.55/0.062; 12=2.15/0.089; 14=2.90/0.121; 16=3.70/0.158; 18=4.65/0.2; 22=6.90/0.299",
        unit=METRE,
        decimals=1,
        units="coil:100",
        bulk="2.4",
        margin=41,
    ),
    Family(
        "ROPE",
        "RP-48",
        "Shock cord {}, per metre",
        "Natural rubber core under a braided polyester cover.",
        1,
        "4 mm black=0.55/0.012; 4 mm white=0.55/0.012; 6 mm black=0.85/0.026; "
        "6 mm white=0.85/0.026; 8 mm black=1.25/0.045; 10 mm black=1.80/0.07",
        unit=METRE,
        decimals=1,
        units="reel:100",
        margin=45,
    ),
    Family(
        "ROPE",
        "RP-49",
        "Whipping twine {}, waxed, 50 m spool",
        "Waxed polyester for whippings, seizings and hand sewing.",
        1,
        "0.6 mm white=3.40/0.03; 0.8 mm white=3.90/0.045; 0.8 mm black=3.90/0.045; "
        "1.0 mm white=4.60/0.06; 1.5 mm tarred=5.80/0.09",
        units="box:12",
        margin=48,
    ),
    Family(
        "WIRE",
        "WR-10",
        "Stainless wire rope {}, per metre",
        "AISI 316 strand for standing and running rigging.",
        7,
        "1×19 4 mm=4.10/0.082; 1×19 5 mm=5.60/0.128; 1×19 6 mm=7.40/0.184; 1×19 8 mm=12.60/0.327; "
        "1×19 10 mm=19.80/0.511; 7×19 4 mm=3.90/0.065; 7×19 5 mm=5.20/0.101; 7×19 6 mm=6.90/0.146",
        unit=METRE,
        decimals=2,
        units="reel:100",
        bulk="0.5",
    ),
    Family(
        "WIRE",
        "WR-11",
        "Bow shackle {}, stainless A4",
        "Forged AISI 316 with a captive pin; the breaking load is stamped on the bow.",
        7,
        "5 mm=3.20/0.022; 6 mm=3.90/0.036; 8 mm=5.80/0.082; 10 mm=8.90/0.16; 12 mm=13.50/0.28; "
        "16 mm=27.00/0.62",
        units="box:10",
        bulk="0.6",
        margin=45,
    ),
    Family(
        "WIRE",
        "WR-12",
        "D shackle {}, galvanised",
        "Hot-dip galvanised, for moorings and ground tackle.",
        2,
        "8 mm=1.45/0.09; 10 mm=2.10/0.17; 13 mm=3.60/0.34; 16 mm=5.40/0.62; 19 mm=8.20/1.05; "
        "22 mm=12.40/1.6; 25 mm=17.80/2.35",
        units="box:20",
        bulk="0.6",
        margin=44,
    ),
    Family(
        "WIRE",
        "WR-13",
        "Rigging screw {}, closed body, fork and fork",
        "Stainless 316 turnbuckle with lock nuts.",
        7,
        "M6=24.50/0.16; M8=33.90/0.29; M10=49.00/0.48; M12=71.50/0.82; M16=128.00/1.7",
        bulk="0.7",
    ),
    Family(
        "WIRE",
        "WR-15",
        "Snap hook with eye {}, stainless",
        "Carbine hook, AISI 316, spring gate.",
        7,
        "50 mm=3.10/0.03; 60 mm=3.80/0.045; 80 mm=5.90/0.1; 100 mm=8.70/0.19; 120 mm=13.20/0.31",
        units="box:10",
        bulk="0.9",
        margin=45,
    ),
    Family(
        "FITTING",
        "DF-20",
        "Mooring cleat {}, stainless A4",
        "Cast and polished, four bolts, with backing studs.",
        7,
        "150 mm=18.90/0.42; 200 mm=26.50/0.74; 250 mm=38.00/1.25; 300 mm=56.00/1.95; "
        "400 mm=98.00/3.9",
        units="box:4",
        bulk="1.1",
    ),
    Family(
        "FITTING",
        "DF-22",
        "Fairlead {}, stainless",
        "Polished bow and stern chocks, countersunk.",
        7,
        "straight 115 mm=11.90/0.19; straight 150 mm=15.80/0.31; port 150 mm=18.20/0.34; "
        "starboard 150 mm=18.20/0.34; skene 170 mm=24.60/0.45",
        bulk="1.2",
    ),
    Family(
        "FITTING",
        "DF-23",
        "Stanchion {}, 25 mm tube",
        "Electropolished 316 tube, two holes for guard wires.",
        7,
        "450 mm=28.40/0.52; 610 mm=32.90/0.68; 610 mm tapered=36.50/0.71; 760 mm=39.00/0.84",
        bulk="2",
    ),
    Family(
        "FITTING",
        "DF-24",
        "Hatch {}, acrylic, aluminium frame",
        "Flush deck hatch with two handles; acrylic 10 mm, smoked.",
        7,
        "262 × 262 mm=189.00/2.6; 380 × 380 mm=246.00/4.1; 447 × 447 mm=298.00/5.2; "
        "510 × 510 mm=352.00/6.6; 620 × 620 mm=455.00/9.3",
        bulk="5",
        margin=33,
        drop_ship=True,
    ),
    Family(
        "FITTING",
        "DF-25",
        "Portlight {}, opening",
        "Nylon frame, tempered glass, fly screen included.",
        7,
        "round 175 mm=74.00/0.9; 180 × 320 mm=98.00/1.4; 194 × 366 mm=118.00/1.8; "
        "200 × 650 mm=164.00/2.9",
        bulk="4",
        margin=34,
    ),
    Family(
        "FITTING",
        "DF-27",
        "Boarding ladder {}, telescopic",
        "Stainless with non-slip treads, folds under the platform.",
        7,
        "2 steps=89.00/2.7; 3 steps=109.00/3.5; 4 steps=132.00/4.4; 5 steps=158.00/5.4",
        bulk="4",
        margin=35,
        drop_ship=True,
    ),
    Family(
        "BLOCK",
        "BK-30",
        "Ball-bearing block {}",
        "Lightweight sheave on Delrin balls.",
        7,
        "29 mm single=16.90/0.03; 29 mm double=29.80/0.06; 40 mm single=24.50/0.07; "
        "40 mm single with becket=27.90/0.08; 40 mm double=44.00/0.13; 57 mm single=38.50/0.14; "
        "57 mm triple with cam=118.00/0.46; 75 mm single=62.00/0.27",
        bulk="2",
        margin=36,
    ),
    Family(
        "BLOCK",
        "BK-31",
        "Cam cleat {}",
        "Carbon-filled cams, ball bearings.",
        7,
        "3-6 mm line=17.80/0.05; 6-12 mm line=24.90/0.1; 10-16 mm line=39.00/0.18",
        bulk="1.5",
    ),
    Family(
        "BLOCK",
        "BK-32",
        "Rope clutch, {}",
        "For 6 to 12 mm line, lever locks open and closed.",
        7,
        "single=48.00/0.35; double=89.00/0.66; triple=128.00/0.97",
        bulk="1.6",
        margin=35,
    ),
    Family(
        "BLOCK",
        "BK-33",
        "Self-tailing winch {}",
        "Two-speed, anodised drum, serial number on the base.",
        7,
        "size 16=498.00/3.4; size 30=742.00/5.1; size 40=925.00/6.3; size 46=1340.00/8.6",
        tracking="serial",
        bulk="1.5",
        margin=28,
        drop_ship=True,
    ),
    Family(
        "BLOCK",
        "BK-34",
        "Winch handle {}",
        "Locking handle, standard 8-point star.",
        7,
        "200 mm aluminium=34.00/0.36; 250 mm aluminium=36.50/0.42; 250 mm floating=24.90/0.4; "
        "250 mm bronze=78.00/1.35",
        bulk="2",
    ),
)

MOORING = (
    Family(
        "ANCHOR",
        "AN-22",
        "Plough anchor {} kg, galvanised",
        "Forged shank, hinged plough, hot-dip galvanised.",
        2,
        "7=62.00/7; 10=84.00/10; 16=124.00/16; 20=148.00/20; 27=196.00/27; 34=244.00/34; "
        "48=338.00/48",
        bulk="1.2",
        margin=36,
    ),
    Family(
        "ANCHOR",
        "AN-23",
        "Bruce-pattern anchor {} kg, galvanised",
        "One-piece claw, no moving parts.",
        2,
        "5=38.00/5; 7.5=49.00/7.5; 10=62.00/10; 15=88.00/15; 20=118.00/20; 30=172.00/30",
        bulk="1.4",
        margin=36,
    ),
    Family(
        "ANCHOR",
        "AN-24",
        "Folding grapnel anchor {} kg",
        "Four folding arms, for dinghies and inflatables.",
        2,
        "0.7=8.90/0.7; 1.5=11.90/1.5; 2.5=15.90/2.5; 3.2=18.90/3.2; 4=22.50/4; 6=29.80/6",
        units="box:4",
        bulk="1",
        margin=40,
    ),
    Family(
        "ANCHOR",
        "AN-25",
        "Roll-bar anchor {} kg, stainless",
        "Polished 316, self-righting roll bar.",
        2,
        "10=498.00/10; 15=689.00/15; 20=898.00/20; 25=1095.00/25",
        bulk="1.5",
        margin=32,
        drop_ship=True,
    ),
    Family(
        "ANCHOR",
        "AN-26",
        "Anchor chain {}, calibrated, per metre",
        "Grade 40, hot-dip galvanised, calibrated for windlass gypsies.",
        2,
        "6 mm=3.90/0.8; 8 mm=5.60/1.4; 10 mm=8.40/2.25; 12 mm=12.60/3.3; 13 mm=14.90/3.9",
        unit=METRE,
        decimals=1,
        units="drum:50",
        bulk="0.3",
        margin=36,
    ),
    Family(
        "ANCHOR",
        "AN-27",
        "Mooring ground chain {}, by weight",
        "Self-coloured long-link chain for fixed moorings, sold by the kilogram.",
        2,
        "16 mm=2.95/1; 19 mm=2.85/1; 22 mm=2.80/1; 25 mm=2.75/1",
        unit=KILO,
        decimals=1,
        units="barrel:200",
        bulk="0.3",
        margin=34,
    ),
    Family(
        "ANCHOR",
        "AN-28",
        "Anchor swivel {}, stainless",
        "Fixed jaw to swivel jaw, allen-key pins.",
        2,
        "6-8 mm chain=38.50/0.4; 10-12 mm chain=54.00/0.78; 13 mm chain=76.00/1.1",
        bulk="0.5",
    ),
    Family(
        "ANCHOR",
        "AN-29",
        "Windlass {}, vertical, 12 V",
        "Low profile, with gypsy, control box and deck switch.",
        2,
        "700 W, 8 mm=812.00/14.5; 1000 W, 8 mm=1065.00/17; 1000 W, 10 mm=1085.00/17.2; "
        "1500 W, 10 mm=1495.00/22",
        tracking="serial",
        bulk="2",
        margin=27,
        drop_ship=True,
    ),
    Family(
        "FENDER",
        "FN-40",
        "Cylindrical fender {}",
        "Heavy vinyl, eyes at both ends, inflated on order.",
        10,
        "15 × 58 cm white=14.90/0.9; 15 × 58 cm navy=15.90/0.9; 21 × 62 cm white=21.50/1.4; "
        "21 × 62 cm navy=22.90/1.4; 24 × 85 cm white=34.00/2.2; 24 × 85 cm navy=36.50/2.2; "
        "30 × 108 cm white=62.00/4.1; 30 × 108 cm navy=66.00/4.1",
        bulk="14",
        units="carton:6",
    ),
    Family(
        "FENDER",
        "FN-41",
        "Round buoy fender {}",
        "Reinforced rope eye, for rafting and as a pick-up buoy.",
        10,
        "29 cm orange=24.50/1.2; 37 cm orange=34.80/1.9; 47 cm orange=54.00/3.1; "
        "55 cm white=72.00/4.4; 65 cm white=98.00/6",
        bulk="16",
    ),
    Family(
        "FENDER",
        "FN-42",
        "Mooring buoy {}, hard shell",
        "Polyethylene, foam filled, galvanised through-rod.",
        10,
        "15 kg lift=48.00/3.2; 40 kg lift=79.00/5.5; 90 kg lift=134.00/9.8; 160 kg lift=198.00/15",
        bulk="9",
        drop_ship=True,
    ),
    Family(
        "FENDER",
        "FN-43",
        "Dock bumper, D-profile {}, per metre",
        "EPDM rubber for pontoons and workboats.",
        10,
        "50 mm=11.90/1.4; 80 mm=19.80/3.2; 100 mm=28.50/5; 150 mm=52.00/10.5",
        unit=METRE,
        decimals=1,
        units="length:3",
        bulk="1.6",
    ),
)

SAFETY = (
    Family(
        "LIFE",
        "LJ-10",
        "Lifejacket 170 N, automatic, {}",
        "ISO 12402-3, harness loop, 33 g cylinder; serial number on the bladder.",
        10,
        "navy=94.00/1.1; red=94.00/1.1; black with light=118.00/1.2; "
        "hi-vis, workboat=129.00/1.3; hammar head, 190 N=174.00/1.4",
        tracking="serial",
        bulk="7",
        margin=34,
    ),
    Family(
        "LIFE",
        "LJ-11",
        "Foam lifejacket 100 N, {}",
        "ISO 12402-4, solid foam with collar and crotch strap.",
        10,
        "infant to 15 kg=24.90/0.5; child 15-30 kg=26.90/0.6; junior 30-50 kg=28.90/0.7; "
        "adult 50-70 kg=31.90/0.9; adult over 70 kg=33.90/1",
        bulk="16",
        units="carton:6",
    ),
    Family(
        "LIFE",
        "LJ-12",
        "Buoyancy aid 50 N, {}",
        "Side entry, for dinghy sailors and paddlers.",
        10,
        "XS=38.00/0.5; S=38.00/0.55; M=38.00/0.6; L=38.00/0.65; XL=38.00/0.7",
        bulk="15",
        discontinued=("XS",),
    ),
    Family(
        "LIFE",
        "LJ-13",
        "Rearming kit {}",
        "Cylinder, cartridge and indicator, with expiry date.",
        10,
        "33 g automatic=19.80/0.2; 33 g manual=14.20/0.18; 60 g automatic=26.50/0.3; "
        "hammar 170 N=58.00/0.32",
        tracking="lot",
        shelf_days=1460,
        bulk="2",
    ),
    Family(
        "LIFE",
        "LJ-14",
        "Liferaft {}, ISO 9650-1",
        "Offshore raft with canopy and emergency pack over 24 hours.",
        10,
        "4 persons, valise=1095.00/34; 4 persons, canister=1165.00/38; "
        "6 persons, valise=1245.00/41; 6 persons, canister=1320.00/45; "
        "8 persons, canister=1540.00/53",
        tracking="serial",
        bulk="2.2",
        margin=24,
        drop_ship=True,
    ),
    Family(
        "LIFE",
        "LJ-15",
        "Horseshoe lifebuoy {}",
        "Closed-cell foam with reflective tape and grab line.",
        10,
        "yellow=36.50/1.1; white=36.50/1.1; yellow with light=58.00/1.5; solas ring 750 mm=49.00/2.6",
        bulk="16",
    ),
    Family(
        "LIFE",
        "LJ-16",
        "Safety line {}",
        "ISO 12401 tether with double-action hooks.",
        10,
        "single 2 m=29.80/0.45; double 2 m=44.00/0.7; triple 2 m elastic=58.00/0.85; "
        "jackstay webbing 10 m=39.00/0.9",
        bulk="3",
    ),
    Family(
        "PYRO",
        "FL-20",
        "{}",
        "SOLAS pyrotechnic; sold with the expiry date of its lot.",
        10,
        "Red hand flare=11.90/0.28; White hand flare=12.50/0.28; "
        "Red parachute rocket=29.50/0.42; Orange smoke canister, 3 minutes=38.00/0.52; "
        "Orange hand smoke=16.80/0.3; Line-throwing rocket, 250 m=164.00/3.1; "
        "Coastal flare pack, 6 pieces=72.00/2.4; Offshore flare pack, 10 pieces=168.00/4.9",
        tracking="lot",
        shelf_days=1095,
        bulk="2.2",
        margin=36,
    ),
    Family(
        "PYRO",
        "FL-21",
        "Signal {}",
        "For the fog signal and day shape every vessel carries.",
        10,
        "horn, gas, 380 ml=13.40/0.42; horn refill, 380 ml=9.60/0.38; horn, mouth=4.90/0.07; "
        "bell, brass, 150 mm=42.00/1.1; ball, black, 350 mm=9.80/0.3; "
        "cone, black, 350 mm=10.80/0.3; mirror, polycarbonate=6.40/0.06; radar reflector, 570 mm=38.00/1.5",
        bulk="5",
    ),
    Family(
        "FIRE",
        "FI-30",
        "Fire extinguisher {}",
        "EN 3, with bracket and gauge; serial number recorded when it leaves.",
        10,
        "1 kg powder=24.50/1.8; 2 kg powder=33.80/3.4; 6 kg powder=62.00/9.4; "
        "2 l foam=44.00/3.9; 6 l foam=78.00/10.2; 2 kg CO2=69.00/6.1; "
        "automatic clean agent 1 kg=186.00/2.3; automatic clean agent 2 kg=248.00/3.9",
        tracking="serial_out",
        bulk="1.6",
        margin=35,
    ),
    Family(
        "FIRE",
        "FI-31",
        "{}",
        "Wall-mounted, for galley and engine space.",
        10,
        "Fire blanket 1.0 × 1.0 m=14.80/0.5; Fire blanket 1.2 × 1.8 m=23.50/0.95; "
        "Smoke alarm, 10 years=19.80/0.16; Carbon monoxide alarm, EN 50291-2=26.90/0.2; "
        "Gas detector, LPG, 12 V=86.00/0.4; Engine fire port, 25 mm=8.90/0.04",
        bulk="4",
    ),
)

ELECTRICAL = (
    Family(
        "LIGHT",
        "LT-03",
        "LED navigation light, {}",
        "Two miles, 12/24 V, sealed, for vessels up to 20 m.",
        4,
        "port=71.90/0.18; starboard=71.90/0.18; stern=71.90/0.18; masthead=79.50/0.19; "
        "bicolour=94.00/0.2; tricolour=148.00/0.28; tricolour with anchor=182.00/0.3; "
        "all-round white=68.00/0.16; all-round red=72.00/0.16; all-round green=72.00/0.16",
        bulk="5",
    ),
    Family(
        "LIGHT",
        "LT-04",
        "Cabin downlight {}",
        "Recessed LED, 10-30 V, dimmable.",
        4,
        "round 60 mm, warm=18.90/0.07; round 60 mm, cool=18.90/0.07; round 75 mm, warm=24.50/0.1; "
        "square 75 mm, warm=26.80/0.11; red/white 75 mm=34.50/0.11",
        bulk="5",
        units="box:10",
    ),
    Family(
        "LIGHT",
        "LT-05",
        "Deck floodlight {}",
        "Die-cast body, IP67, stainless bracket.",
        4,
        "18 W=49.00/0.6; 27 W=62.00/0.85; 48 W=94.00/1.4; 60 W, wide=128.00/1.9; "
        "100 W, workboat=212.00/3.2",
        bulk="3",
    ),
    Family(
        "LIGHT",
        "LT-06",
        "Bulb {}",
        "Replacement lamp for cabin and navigation fittings.",
        4,
        "festoon 44 mm LED=8.90/0.01; BA15d 25 W=3.60/0.012; BAY15d 25 W=3.90/0.012; "
        "G4 LED 10-30 V=7.40/0.005; MR16 LED 12 V=9.80/0.03; P28s 25 W=11.20/0.03",
        units="box:10",
        bulk="5",
        margin=50,
        discontinued=("P28s 25 W",),
    ),
    Family(
        "LIGHT",
        "LT-07",
        "Torch {}",
        "Floats, IPX8, batteries included.",
        4,
        "hand, 300 lm=22.90/0.21; hand, 900 lm, rechargeable=54.00/0.29; head, 350 lm=29.80/0.1; "
        "search, 2500 lm=98.00/0.92",
        bulk="4",
        units="carton:12",
    ),
    Family(
        "POWER",
        "BT-10",
        "Battery {}",
        "Sealed 12 V marine battery; production lot on the case.",
        9,
        "AGM 60 Ah=148.00/18.5; AGM 80 Ah=186.00/24; AGM 100 Ah=228.00/30; AGM 140 Ah=318.00/42; "
        "starter 75 Ah=119.00/18; starter 100 Ah=159.00/23.5; gel 110 Ah=284.00/33",
        tracking="lot",
        shelf_days=540,
        bulk="0.45",
        margin=30,
    ),
    Family(
        "POWER",
        "BT-11",
        "Lithium battery {}",
        "LiFePO4 with built-in management and heating.",
        9,
        "12 V 100 Ah=694.00/12.8; 12 V 160 Ah=1085.00/19.5; 12 V 200 Ah=1290.00/23; "
        "24 V 100 Ah=1320.00/24.5",
        tracking="serial",
        bulk="0.9",
        margin=25,
        drop_ship=True,
    ),
    Family(
        "POWER",
        "BT-12",
        "Battery charger {}",
        "Multi-stage, three outputs, temperature compensated.",
        9,
        "12 V 15 A=164.00/1.6; 12 V 25 A=228.00/2.1; 12 V 40 A=342.00/3.4; 12 V 60 A=468.00/4.9; "
        "24 V 30 A=445.00/4.8",
        tracking="serial_out",
        bulk="2.2",
        margin=29,
    ),
    Family(
        "POWER",
        "BT-13",
        "Solar panel {}",
        "Monocrystalline on a walk-on backing, 3 m lead.",
        9,
        "30 W=89.00/1.2; 50 W=124.00/1.9; 80 W=178.00/2.8; 110 W=236.00/3.7; 150 W=312.00/5.2",
        bulk="4",
        margin=31,
        drop_ship=True,
    ),
    Family(
        "POWER",
        "BT-14",
        "Inverter {}",
        "Pure sine, 230 V out, remote switch.",
        9,
        "12 V 350 W=118.00/2.1; 12 V 800 W=248.00/4.2; 12 V 1600 W=438.00/8.6; "
        "24 V 1600 W=445.00/8.6",
        tracking="serial_out",
        bulk="2",
        margin=29,
    ),
    Family(
        "POWER",
        "BT-15",
        "Shore power {}",
        "16 A, IEC 60309, H07RN-F cable where it has one.",
        9,
        "lead 10 m=58.00/2.4; lead 15 m=79.00/3.5; lead 25 m=118.00/5.7; inlet, stainless=48.00/0.5; "
        "inlet, white=26.50/0.3; plug, blue=8.40/0.15; coupler, blue=10.80/0.18; "
        "adaptor, blue to Schuko=19.80/0.3",
        bulk="2.4",
    ),
    Family(
        "CABLE",
        "CB-20",
        "Tinned cable {}, per metre",
        "Tinned copper, thin-wall, to ISO 10133.",
        9,
        "1 × 1.5 mm² red=0.62/0.02; 1 × 1.5 mm² black=0.62/0.02; 1 × 2.5 mm² red=0.95/0.031; "
        "1 × 2.5 mm² black=0.95/0.031; 1 × 6 mm² red=2.10/0.07; 1 × 6 mm² black=2.10/0.07; "
        "1 × 16 mm² red=5.60/0.18; 1 × 16 mm² black=5.60/0.18; 1 × 35 mm² red=11.80/0.38; "
        "1 × 35 mm² black=11.80/0.38; 1 × 70 mm² red=22.90/0.74; 1 × 70 mm² black=22.90/0.74",
        unit=METRE,
        decimals=1,
        units="reel:50",
        bulk="0.6",
        margin=40,
    ),
    Family(
        "CABLE",
        "CB-21",
        "Twin tinned cable {}, per metre",
        "Two-core, white sheath.",
        9,
        "2 × 1.0 mm²=1.10/0.045; 2 × 1.5 mm²=1.45/0.06; 2 × 2.5 mm²=2.20/0.088; "
        "2 × 4.0 mm²=3.40/0.13",
        unit=METRE,
        decimals=1,
        units="reel:50",
        bulk="0.8",
        margin=40,
    ),
    Family(
        "CABLE",
        "CB-22",
        "Switch panel {}",
        "Splash-proof rockers with breakers and label set.",
        9,
        "3 way=44.00/0.35; 6 way=74.00/0.62; 8 way=98.00/0.8; 12 way with meter=186.00/1.4",
        bulk="4",
    ),
    Family(
        "CABLE",
        "CB-23",
        "Blade fuse {} A, pack of 10",
        "Standard blade, IP67 rated element.",
        9,
        "5=3.20/0.015; 7.5=3.20/0.015; 10=3.20/0.015; 15=3.20/0.015; 20=3.20/0.015; 30=3.20/0.015",
        units="box:20",
        margin=52,
    ),
    Family(
        "CABLE",
        "CB-24",
        "Heat-shrink terminal {}, pack of 25",
        "Adhesive-lined, tinned barrel.",
        9,
        "ring M5 red=7.80/0.06; ring M6 blue=8.40/0.07; ring M8 yellow=9.90/0.11; "
        "butt red=7.20/0.05; butt blue=7.60/0.06; butt yellow=9.20/0.09; fork M4 red=7.80/0.06",
        bulk="4",
        margin=50,
    ),
    Family(
        "CABLE",
        "CB-25",
        "Battery isolator {}",
        "Removable key or knob, IP65.",
        9,
        "single 150 A=16.80/0.2; single 300 A=29.50/0.38; selector 1-2-both 300 A=48.00/0.7; "
        "emergency parallel 350 A=62.00/0.75",
        bulk="2",
    ),
    Family(
        "NAV",
        "NV-30",
        "VHF radio {}",
        "DSC class D, 25 W fixed sets; handhelds float.",
        5,
        "fixed, compact=189.00/0.9; fixed with GPS=248.00/1.1; fixed with AIS receiver=348.00/1.3; "
        "handheld 5 W=129.00/0.28; handheld 6 W with GPS and DSC=219.00/0.32",
        tracking="serial",
        bulk="4",
        margin=26,
    ),
    Family(
        "NAV",
        "NV-31",
        "Chartplotter {}",
        "Touch screen, NMEA 2000; registration by serial number.",
        5,
        "7 inch=598.00/1.1; 9 inch=894.00/1.6; 12 inch=1690.00/2.6; "
        "9 inch with transducer=1045.00/2.4",
        tracking="serial",
        bulk="4",
        margin=22,
        drop_ship=True,
    ),
    Family(
        "NAV",
        "NV-32",
        "Compass {}",
        "Liquid damped, illuminated card.",
        5,
        "bulkhead 70 mm=92.00/0.4; bulkhead 100 mm=154.00/0.8; binnacle 100 mm=198.00/1.1; "
        "bracket 70 mm=69.00/0.4; hand bearing=58.00/0.15",
        bulk="3",
        margin=34,
    ),
    Family(
        "NAV",
        "NV-33",
        "Antenna {}",
        "Stainless and fibreglass, with mount.",
        5,
        "VHF masthead 0.9 m=48.00/0.3; VHF 1.5 m fibreglass=64.00/0.6; VHF 2.4 m, 6 dB=98.00/1.1; "
        "AIS/VHF splitter=178.00/0.4; GPS mushroom, NMEA 2000=118.00/0.25",
        bulk="6",
        margin=35,
    ),
    Family(
        "NAV",
        "NV-34",
        "{}",
        "Chart-table instruments in polished or plain finish.",
        5,
        "Parallel rule, 380 mm=12.80/0.15; Breton plotter=14.90/0.06; Dividers, brass, 180 mm=18.40/0.08; "
        "Barometer, brass, 100 mm=68.00/0.6; Ship's clock, brass, 100 mm=72.00/0.65; "
        "Binoculars 7 × 50, with compass=168.00/1.1; Logbook, hard cover=14.80/0.5",
        bulk="3",
    ),
    Family(
        "NAV",
        "NV-35",
        "Chart table, {}",
        "Flat-packed chart table with lid, 900 × 650 mm.",
        15,
        "teak, left hinge=1290.00/28; teak, right hinge=1290.00/28; oak, left hinge=1090.00/29; "
        "oak, right hinge=1090.00/29",
        bulk="4",
        margin=30,
        drop_ship=True,
    ),
)

WATER = (
    Family(
        "PUMP",
        "BL-00",
        "Bilge pump {}",
        "Submersible, marine grade, one-metre leads.",
        3,
        "500 gph, 12 V=22.90/0.28; 750 gph, 12 V=31.50/0.34; 1100 gph, 12 V=39.90/0.42; "
        "1100 gph, 24 V=42.90/0.42; 1500 gph, 12 V=68.00/0.86; 2000 gph, 12 V=96.00/1.3; "
        "2000 gph, 24 V=99.00/1.3; 3700 gph, 12 V=178.00/2.8",
        bulk="3.4",
        units="carton:12",
    ),
    Family(
        "PUMP",
        "BL-01",
        "Manual bilge pump {}",
        "Diaphragm pump with removable handle.",
        3,
        "45 l/min, on deck=78.00/1.1; 66 l/min, through bulkhead=118.00/1.6; "
        "100 l/min, workboat=198.00/3.4; stirrup, 450 mm=24.50/0.6",
        bulk="3",
    ),
    Family(
        "PUMP",
        "BL-02",
        "Float switch {}",
        "Mercury-free, for automatic bilge pumps.",
        3,
        "10 A=19.80/0.16; 20 A=28.50/0.24; electronic, 20 A=46.00/0.2; with guard, 15 A=34.00/0.3",
        bulk="4",
        units="box:6",
    ),
    Family(
        "PUMP",
        "BL-03",
        "Water pressure pump {}",
        "Diaphragm pump with pressure switch and strainer.",
        3,
        "8 l/min, 12 V=84.00/1.6; 11 l/min, 12 V=112.00/1.9; 17 l/min, 12 V=158.00/2.6; "
        "17 l/min, 24 V=164.00/2.6; accumulator 1 l=48.00/0.9; accumulator 2 l=64.00/1.4",
        bulk="2.4",
        margin=33,
    ),
    Family(
        "PUMP",
        "BL-04",
        "Pump impeller {}",
        "Neoprene with bronze insert, gasket included.",
        3,
        "29 mm, 6 blades=12.90/0.02; 40 mm, 6 blades=16.80/0.04; 51 mm, 10 blades=22.50/0.06; "
        "57 mm, 12 blades=27.90/0.09; 65 mm, 8 blades=34.00/0.13; 95 mm, 10 blades=58.00/0.28",
        bulk="3",
        units="box:10",
        margin=48,
    ),
    Family(
        "PUMP",
        "BL-05",
        "Marine toilet {}",
        "White china bowl, soft-close seat.",
        3,
        "manual, compact=189.00/10.5; manual, comfort=228.00/12; electric 12 V, compact=468.00/14; "
        "electric 24 V, compact=478.00/14",
        bulk="6",
        margin=30,
        drop_ship=True,
    ),
    Family(
        "HOSE",
        "HS-10",
        "Bilge hose {}, corrugated, per metre",
        "Smooth inside, crush resistant.",
        11,
        "19 mm=2.40/0.16; 25 mm=3.10/0.22; 28 mm=3.60/0.26; 38 mm=4.90/0.38",
        unit=METRE,
        decimals=1,
        units="coil:30",
        bulk="6",
    ),
    Family(
        "HOSE",
        "HS-11",
        "Drinking-water hose {}, per metre",
        "Food-grade, reinforced; blue for cold, red for hot.",
        11,
        "10 mm blue=2.10/0.13; 10 mm red=2.30/0.13; 13 mm blue=2.70/0.19; 13 mm red=2.90/0.19; "
        "19 mm blue=3.90/0.3",
        unit=METRE,
        decimals=1,
        units="coil:30",
        bulk="3",
    ),
    Family(
        "HOSE",
        "HS-12",
        "Fuel hose {}, ISO 7840 A1, per metre",
        "Fire resistant, dated every metre.",
        11,
        "8 mm=6.90/0.2; 10 mm=8.40/0.26; 16 mm=12.90/0.42; 38 mm=28.50/1.1; 51 mm=38.00/1.6",
        unit=METRE,
        decimals=1,
        units="coil:20",
        bulk="2.4",
    ),
    Family(
        "HOSE",
        "HS-13",
        "Exhaust hose {}, wet, per metre",
        "Wire-reinforced rubber to SAE J2006.",
        11,
        "45 mm=24.50/1.1; 51 mm=27.80/1.3; 63 mm=34.00/1.7; 76 mm=42.50/2.2; 90 mm=52.00/2.7",
        unit=METRE,
        decimals=1,
        bulk="3.4",
    ),
    Family(
        "HOSE",
        "HS-14",
        "Hose clip {} mm, stainless A4",
        "Rolled edges, solid band.",
        11,
        "8-12=1.05/0.008; 11-16=1.15/0.01; 16-22=1.30/0.013; 20-32=1.50/0.018; 32-50=1.90/0.026; "
        "44-56=2.20/0.03; 58-75=2.60/0.037; 77-95=3.10/0.046",
        units="box:10",
        bulk="3",
        margin=52,
    ),
    Family(
        "HOSE",
        "HS-15",
        "Ball valve {}, DZR brass",
        "Full bore, stainless lever, CE for hulls.",
        11,
        "1/2 inch=17.80/0.25; 3/4 inch=24.50/0.38; 1 inch=34.00/0.58; 1 1/4 inch=49.50/0.92; "
        "1 1/2 inch=64.00/1.25; 2 inch=98.00/2.05",
        bulk="0.8",
        margin=36,
    ),
    Family(
        "HOSE",
        "HS-16",
        "Skin fitting {}, DZR brass",
        "Mushroom head with nut.",
        11,
        "1/2 inch=13.50/0.2; 3/4 inch=16.90/0.3; 1 inch=22.50/0.45; 1 1/4 inch=29.80/0.64; "
        "1 1/2 inch=36.50/0.88; 2 inch=54.00/1.4",
        bulk="0.8",
        margin=36,
    ),
    Family(
        "HOSE",
        "HS-18",
        "Raw-water strainer {}",
        "Clear lid, stainless basket.",
        11,
        "1/2 inch=38.00/0.5; 3/4 inch=44.00/0.6; 1 inch=62.00/0.9; 1 1/2 inch=98.00/1.7",
        bulk="4",
    ),
    Family(
        "HOSE",
        "HS-19",
        "Water tank {}, flexible",
        "Welded, food-grade liner; inlet, outlet and vent.",
        11,
        "50 l=68.00/1.5; 100 l=92.00/2.1; 150 l=118.00/2.7; 200 l=138.00/3.2",
        bulk="5",
        drop_ship=True,
    ),
)

ENGINE = (
    Family(
        "ENGINE",
        "EN-10",
        "Oil filter {}",
        "Spin-on element with gasket.",
        13,
        "M20 × 1.5, 76 mm=9.80/0.3; M20 × 1.5, 93 mm=11.40/0.42; 3/4-16, 76 mm=8.90/0.3; "
        "3/4-16, 93 mm=10.60/0.4; 1-16, 108 mm=16.80/0.7",
        bulk="2.2",
        units="box:12",
        margin=42,
    ),
    Family(
        "ENGINE",
        "EN-11",
        "Fuel filter {}",
        "Water-separating elements and bowls.",
        13,
        "element 10 micron, small=9.40/0.12; element 10 micron, large=13.80/0.2; "
        "element 2 micron, small=10.20/0.12; element 30 micron, large=13.80/0.2; "
        "housing with bowl, 120 l/h=98.00/1.4; housing with bowl, 240 l/h=164.00/2.1",
        bulk="2.8",
    ),
    Family(
        "ENGINE",
        "EN-12",
        "Engine oil {}",
        "For marine diesels; lot number on the neck.",
        13,
        "15W-40, 1 l=8.90/0.92; 15W-40, 5 l=34.50/4.6; 15W-40, 20 l=118.00/18.2; "
        "10W-40 four-stroke outboard, 1 l=10.80/0.92; 10W-40 four-stroke outboard, 5 l=44.00/4.6; "
        "two-stroke TC-W3, 1 l=9.40/0.91",
        tracking="lot",
        shelf_days=1460,
        bulk="1.2",
        units="carton:4",
        margin=33,
    ),
    Family(
        "ENGINE",
        "EN-13",
        "{}",
        "For gearboxes, stern gear and cooling circuits.",
        13,
        "Gear oil SAE 90, 1 l=9.80/0.95; Saildrive oil 75W-90, 1 l=14.50/0.93; "
        "Antifreeze concentrate, 5 l=24.80/5.8; Winter antifreeze, ready mixed, 5 l=12.90/5.2; "
        "Hydraulic oil ISO 22, 1 l=9.20/0.9; Hydraulic oil ISO 22, 5 l=38.00/4.5; "
        "Stern-tube grease, 400 g=9.60/0.45; Lithium grease, 400 g=6.80/0.45",
        tracking="lot",
        shelf_days=1095,
        bulk="1.2",
        margin=36,
    ),
    Family(
        "ENGINE",
        "EN-14",
        "Shaft anode, zinc, {} mm",
        "Collar anode with Allen bolts, for salt water.",
        13,
        "22=8.90/0.35; 25=9.60/0.5; 30=11.40/0.68; 35=13.90/0.95; 40=16.80/1.2; 45=19.90/1.5; "
        "50=23.50/1.8",
        bulk="0.3",
        margin=44,
    ),
    Family(
        "ENGINE",
        "EN-15",
        "Hull anode, {}",
        "Bolt-on or weld-on, with insert.",
        13,
        "zinc 1.0 kg=14.90/1; zinc 2.0 kg=24.80/2; zinc 4.2 kg=46.00/4.2; "
        "aluminium 0.5 kg=13.80/0.5; aluminium 1.0 kg=22.90/1; magnesium 0.7 kg=24.50/0.7",
        bulk="0.4",
        margin=42,
    ),
    Family(
        "ENGINE",
        "EN-16",
        "Propeller {}, bronze",
        "Three blades, right hand, keyed.",
        13,
        "14 × 9=248.00/3.4; 15 × 10=278.00/4.1; 16 × 11=312.00/5; 17 × 12=358.00/6; "
        "18 × 13=412.00/7.3",
        bulk="2.6",
        margin=30,
        drop_ship=True,
    ),
    Family(
        "ENGINE",
        "EN-18",
        "V-belt {}",
        "Raw edge, cogged, for alternator and water pump.",
        13,
        "10 × 850=9.80/0.1; 10 × 900=9.90/0.11; 10 × 950=10.40/0.12; 13 × 1000=13.40/0.18; "
        "13 × 1075=13.90/0.19; 13 × 1150=14.60/0.2",
        bulk="4",
        margin=45,
    ),
    Family(
        "ENGINE",
        "EN-19",
        "Outboard motor {}",
        "Four-stroke, short shaft; serial number registered at sale.",
        13,
        "2.3 hp=798.00/13.5; 4 hp=1095.00/25; 6 hp=1390.00/26; 9.9 hp=2290.00/38; "
        "electric 3 hp=1690.00/18",
        tracking="serial",
        bulk="5",
        margin=18,
        drop_ship=True,
    ),
    Family(
        "ENGINE",
        "EN-20",
        "Control cable {}",
        "33C type, stainless end fittings.",
        13,
        "2.0 m=22.90/0.5; 2.5 m=25.40/0.6; 3.0 m=27.90/0.7; 3.5 m=30.40/0.8; 4.0 m=32.90/0.9; "
        "5.0 m=38.00/1.1; 6.0 m=43.50/1.3",
        bulk="3",
    ),
    Family(
        "ENGINE",
        "EN-22",
        "Fuel {}",
        "Portable fuel handling, to ISO 13591.",
        13,
        "tank 12 l=58.00/1.6; tank 22 l=74.00/2.3; jerrycan 10 l, diesel=14.90/0.9; "
        "jerrycan 20 l, diesel=21.50/1.5; primer bulb with hose, 2 m=18.90/0.4; "
        "funnel with water filter=24.80/0.3",
        bulk="10",
    ),
)
