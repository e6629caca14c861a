"""The second half of the demo catalogue: coatings, fasteners, workshop and cabin."""

from __future__ import annotations

from scripts.demo_catalogue import KILO, METRE, Family

COATINGS = (
    Family(
        "PAINT",
        "PT-10",
        "Antifouling, self-polishing, {}",
        "Erodible copper antifouling for hulls up to 25 knots; dangerous goods class 3.",
        6,
        "red 0.75 l=36.50/1.4; red 2.5 l=98.00/4.6; navy 0.75 l=36.50/1.4; navy 2.5 l=98.00/4.6; "
        "black 0.75 l=36.50/1.4; black 2.5 l=98.00/4.6; black 5 l=184.00/9.1; "
        "green 2.5 l=98.00/4.6",
        tracking="lot",
        shelf_days=730,
        bulk="0.65",
        units="carton:4",
        margin=35,
    ),
    Family(
        "PAINT",
        "PT-11",
        "Topside enamel, {}",
        "One-pack polyurethane enamel, high gloss.",
        6,
        "white 0.75 l=28.90/1; white 2.5 l=82.00/3.1; cream 0.75 l=28.90/1; navy 0.75 l=28.90/1; "
        "signal red 0.75 l=28.90/1; dark green 0.75 l=28.90/1; black 0.75 l=28.90/1; "
        "light grey 0.75 l=28.90/1; light grey 2.5 l=82.00/3.1",
        tracking="lot",
        shelf_days=1095,
        bulk="0.95",
        units="carton:6",
        margin=36,
    ),
    Family(
        "PAINT",
        "PT-12",
        "Primer, {}",
        "For steel, aluminium, wood and GRP under the systems in this list.",
        6,
        "grey undercoat 0.75 l=24.80/1.1; white undercoat 0.75 l=24.80/1.1; "
        "epoxy, grey, 0.75 l=39.00/1.3; epoxy, grey, 2.5 l=109.00/4.2; "
        "zinc phosphate 2.5 l=64.00/4.4; outdrive, yellow, 0.5 l=26.50/0.7",
        tracking="lot",
        shelf_days=730,
        bulk="0.8",
        margin=36,
    ),
    Family(
        "PAINT",
        "PT-13",
        "Varnish {}",
        "Tung-oil and polyurethane varnishes with UV filter.",
        6,
        "gloss 0.75 l=29.80/0.85; gloss 2.5 l=84.00/2.6; satin 0.75 l=30.80/0.85; "
        "two-part gloss 0.75 l=46.00/0.9; teak oil 1 l=22.50/0.95; teak oil 2.5 l=48.00/2.4",
        tracking="lot",
        shelf_days=1095,
        bulk="1.1",
        margin=37,
    ),
    Family(
        "PAINT",
        "PT-14",
        "Thinner {}",
        "Matched to the paints in this list; dangerous goods class 3.",
        6,
        "no. 1, 0.5 l=9.80/0.45; no. 1, 1 l=15.80/0.88; no. 7, epoxy, 0.5 l=10.90/0.46; "
        "no. 9, spray, 1 l=18.40/0.9; brush cleaner 1 l=11.20/0.85; acetone 1 l=9.40/0.82; "
        "acetone 5 l=36.00/4.1",
        tracking="lot",
        shelf_days=1460,
        bulk="1.3",
        margin=44,
    ),
    Family(
        "PAINT",
        "PT-15",
        "Paint brush {}",
        "Natural bristle, sealed handle, for gloss and varnish.",
        12,
        "25 mm=3.20/0.04; 38 mm=4.10/0.06; 50 mm=5.20/0.08; 63 mm=6.40/0.1; 75 mm=7.80/0.13; "
        "100 mm=10.90/0.19",
        units="box:12",
        bulk="3",
        margin=50,
    ),
    Family(
        "RESIN",
        "RS-20",
        "Epoxy resin {}",
        "Low-viscosity laminating system, mixed five to one by weight.",
        6,
        "1 kg=34.50/1.1; 5 kg=139.00/5.4; 20 kg=485.00/21",
        tracking="lot",
        shelf_days=540,
        bulk="1.2",
        margin=32,
    ),
    Family(
        "RESIN",
        "RS-21",
        "Epoxy hardener {}",
        "For the laminating system; choose by working time.",
        6,
        "fast, 200 g=14.80/0.25; fast, 1 kg=52.00/1.1; slow, 200 g=14.80/0.25; slow, 1 kg=52.00/1.1; "
        "slow, 4 kg=189.00/4.3",
        tracking="lot",
        shelf_days=365,
        bulk="1.3",
        margin=32,
    ),
    Family(
        "RESIN",
        "RS-22",
        "Polyester resin {}",
        "Orthophthalic, pre-accelerated, catalyst sold apart.",
        6,
        "1 kg=11.80/1.1; 5 kg=44.00/5.4; 25 kg=178.00/26.5; gelcoat white 1 kg=22.90/1.1; "
        "gelcoat white 5 kg=96.00/5.4; catalyst 100 g=4.90/0.13",
        tracking="lot",
        shelf_days=180,
        bulk="1.2",
        margin=34,
    ),
    Family(
        "RESIN",
        "RS-23",
        "Glass fibre {}, per metre",
        "On the roll, cut to length.",
        6,
        "woven cloth 200 g, 1.0 m wide=5.80/0.2; woven cloth 300 g, 1.0 m wide=7.20/0.3; "
        "biaxial 450 g, 1.27 m wide=9.80/0.57; chopped mat 300 g, 1.0 m wide=3.40/0.3; "
        "chopped mat 450 g, 1.0 m wide=4.60/0.45; tape 50 mm, 200 g=0.95/0.01",
        unit=METRE,
        decimals=1,
        units="roll:50",
        bulk="4",
    ),
    Family(
        "RESIN",
        "RS-24",
        "Epoxy filler {}",
        "Thickening powders for the laminating system, sold by weight.",
        6,
        "colloidal silica=18.50/1; microballoons, brown=22.80/1; microfibres=16.90/1",
        unit=KILO,
        decimals=3,
        units="sack:10",
        bulk="12",
        margin=42,
    ),
    Family(
        "RESIN",
        "RS-25",
        "Sealant {}",
        "Moisture-curing; keep cool and use before the date on the tube.",
        6,
        "polyurethane, white, 310 ml=13.80/0.42; polyurethane, black, 310 ml=13.80/0.42; "
        "polyurethane, brown, 310 ml=13.80/0.42; MS polymer, white, 290 ml=12.40/0.46; "
        "MS polymer, clear, 290 ml=12.90/0.42; teak deck caulk, black, 310 ml=14.90/0.44; "
        "butyl tape 3 × 20 mm, 7.5 m=17.80/0.8; silicone, clear, 310 ml=7.90/0.35",
        tracking="lot",
        shelf_days=365,
        bulk="1.2",
        units="carton:12",
        margin=43,
    ),
    Family(
        "RESIN",
        "RS-26",
        "Adhesive {}",
        "For wood, PVC and inflatable fabric.",
        6,
        "waterproof wood glue, 750 g=12.80/0.82; two-part PVC boat glue, 250 ml=18.90/0.3; "
        "hypalon boat glue, 250 ml=22.50/0.3; contact adhesive, 1 l=17.40/0.95; "
        "thread lock, medium, 50 ml=14.20/0.08; rapid epoxy, twin syringe, 24 ml=6.80/0.05",
        tracking="lot",
        shelf_days=540,
        bulk="1.6",
        margin=44,
    ),
    Family(
        "CARE",
        "CR-30",
        "{}",
        "Boat care, biodegradable where a wash-down goes overboard.",
        6,
        "Boat wash concentrate, 1 l=9.80/1.05; Boat wash concentrate, 5 l=38.00/5.2; "
        "Hull cleaner, gel, 1 l=14.50/1.15; Fender cleaner, 500 ml=9.90/0.52; "
        "Teak cleaner, 1 l=13.20/1.05; Teak brightener, 1 l=13.20/1.05; "
        "Wax polish, 500 ml=16.80/0.55; Rubbing compound, 500 ml=15.40/0.62; "
        "Metal polish, 250 ml=8.90/0.3; Bilge cleaner, 1 l=9.40/1.05; "
        "Toilet fluid, blue, 2 l=14.80/2.1; Water purifying tablets, tub of 60=8.60/0.12",
        bulk="1.4",
        units="carton:6",
        margin=46,
    ),
    Family(
        "CARE",
        "CR-32",
        "Cotton wiping rag, {}",
        "Washed and cut, sold by weight.",
        12,
        "white=2.60/1; coloured=1.70/1; terry=2.90/1",
        unit=KILO,
        decimals=2,
        units="bale:10",
        bulk="5",
        margin=42,
    ),
)

FASTENERS = (
    Family(
        "FASTENER",
        "FS-10",
        "Hexagon bolt A4 {}, DIN 933",
        "Stainless A4-70, fully threaded.",
        8,
        "M5 × 20=0.24/0.005; M5 × 30=0.29/0.006; M6 × 20=0.32/0.008; M6 × 30=0.38/0.01; "
        "M6 × 50=0.52/0.014; M8 × 25=0.58/0.017; M8 × 40=0.76/0.022; M8 × 60=1.02/0.029; "
        "M8 × 80=1.34/0.037; M10 × 30=1.05/0.033; M10 × 50=1.44/0.044; M10 × 80=2.05/0.061; "
        "M10 × 100=2.48/0.072; M12 × 40=1.98/0.057; M12 × 60=2.52/0.073; M12 × 100=3.78/0.107",
        units="box:100",
        bulk="0.35",
        margin=50,
    ),
    Family(
        "FASTENER",
        "FS-12",
        "Wood screw A4 {}, countersunk",
        "Stainless A4, Torx drive, for decks and joinery.",
        8,
        "3.5 × 20=0.06/0.001; 3.5 × 30=0.08/0.0014; 4.0 × 25=0.09/0.0016; 4.0 × 40=0.12/0.0024; "
        "4.5 × 45=0.16/0.0034; 5.0 × 50=0.20/0.0048; 5.0 × 70=0.28/0.0066; 6.0 × 60=0.34/0.0084; "
        "6.0 × 80=0.44/0.011; 6.0 × 100=0.55/0.0138",
        units="box:200",
        bulk="0.5",
        margin=52,
    ),
    Family(
        "FASTENER",
        "FS-14",
        "Nyloc nut A4 {}, DIN 985",
        "Stainless A4 with nylon insert.",
        8,
        "M4=0.07/0.0012; M5=0.09/0.0017; M6=0.12/0.0028; M8=0.21/0.006; M10=0.38/0.0125; "
        "M12=0.58/0.018; M16=1.42/0.037",
        units="box:100",
        bulk="0.35",
        margin=54,
    ),
    Family(
        "FASTENER",
        "FS-15",
        "Washer A4 {}",
        "Stainless A4; penny washers spread the load on GRP.",
        8,
        "M5, DIN 125=0.03/0.0004; M6, DIN 125=0.04/0.001; M8, DIN 125=0.06/0.002; "
        "M10, DIN 125=0.10/0.004; M12, DIN 125=0.15/0.006; penny M5 × 20=0.11/0.003; "
        "penny M6 × 25=0.15/0.005; penny M8 × 30=0.22/0.008; penny M10 × 35=0.34/0.014",
        units="box:200",
        bulk="0.3",
        margin=55,
    ),
    Family(
        "FASTENER",
        "FS-16",
        "Threaded rod A4 {}, 1 m",
        "Stainless A4-70.",
        8,
        "M6=5.40/0.17; M8=8.60/0.31; M10=13.40/0.49; M12=18.90/0.71; M16=34.00/1.31",
        bulk="0.4",
        margin=46,
    ),
    Family(
        "FASTENER",
        "FS-18",
        "Copper boat nail {}, by weight",
        "Square shank, rose head, with roves sold apart.",
        8,
        "25 mm × 14 g=28.50/1; 38 mm × 12 g=27.80/1; 50 mm × 10 g=27.20/1; 75 mm × 8 g=26.90/1; "
        "roves, mixed=34.00/1",
        unit=KILO,
        decimals=3,
        bulk="0.5",
        margin=40,
    ),
    Family(
        "FASTENER",
        "FS-20",
        "Cable tie {}, black, pack of 100",
        "UV-stabilised nylon 6.6.",
        8,
        "2.5 × 100 mm=2.20/0.03; 3.6 × 200 mm=4.10/0.11; 4.8 × 300 mm=6.90/0.24; "
        "7.6 × 370 mm=12.80/0.52; stainless 4.6 × 200 mm=29.80/0.35",
        bulk="3",
        units="carton:20",
        margin=54,
    ),
)

WORKSHOP = (
    Family(
        "TOOL",
        "TL-10",
        "Spanner, combination, {} mm",
        "Chrome vanadium, polished.",
        12,
        "8=4.20/0.04; 10=4.60/0.05; 12=5.20/0.07; 13=5.40/0.08; 15=6.20/0.11; 17=6.90/0.14; "
        "19=7.80/0.17; 22=9.60/0.26; 24=11.40/0.32; 30=17.80/0.52",
        bulk="0.6",
        margin=42,
    ),
    Family(
        "TOOL",
        "TL-12",
        "Drill bit {}",
        "HSS cobalt, for stainless steel.",
        12,
        "2.5 mm=1.90/0.004; 3.3 mm=2.20/0.007; 4.2 mm=2.60/0.012; 5.0 mm=3.10/0.018; "
        "6.5 mm=4.20/0.03; 8.5 mm=6.80/0.06; 10.2 mm=9.40/0.095; 13.0 mm=15.80/0.17",
        units="tube:10",
        bulk="0.6",
        margin=48,
    ),
    Family(
        "TOOL",
        "TL-14",
        "Cordless {}, 18 V",
        "Brushless, two 5 Ah batteries; serial number recorded when sold.",
        12,
        "drill driver=189.00/2.9; impact driver=178.00/2.6; jigsaw=224.00/3.6; "
        "orbital sander 125 mm=198.00/2.8; angle grinder 125 mm=212.00/3.3; "
        "multi-tool=196.00/2.7; caulking gun=248.00/3.4",
        tracking="serial_out",
        bulk="4",
        margin=24,
    ),
    Family(
        "TOOL",
        "TL-15",
        "{}",
        "Hand tools for rigging and bench.",
        12,
        "Wire cutter, up to 6 mm=68.00/0.9; Crimping pliers, ratchet=34.50/0.55; "
        "Rigging knife with spike=24.80/0.17; Splicing fid set, 5 pieces=46.00/0.35; "
        "Sailmaker's palm=18.90/0.12; Caulking iron=16.80/0.45; Claw hammer, 450 g=14.50/0.75; "
        "Rubber mallet, 680 g=12.80/0.85; Adjustable wrench, 250 mm=18.40/0.5; "
        "Water-pump pliers, 250 mm=19.80/0.38; Strap wrench=22.40/0.4; Sealant gun, heavy=21.80/0.75",
        bulk="1.6",
        margin=40,
    ),
    Family(
        "TOOL",
        "TL-16",
        "Clamp {}",
        "Forged or glass-filled, for laminating and joinery.",
        12,
        "G 75 mm=8.90/0.6; G 100 mm=11.80/0.95; G 150 mm=17.40/1.7; sash 900 mm=34.00/3.1; "
        "quick 300 mm=13.80/0.5; spring 50 mm=2.90/0.07",
        bulk="1.2",
    ),
    Family(
        "ABRASIVE",
        "AB-20",
        "Sanding disc 150 mm, P{}, pack of 50",
        "Aluminium oxide, film back, multi-hole.",
        12,
        "60=27.80/0.62; 80=26.40/0.55; 120=25.20/0.5; 180=24.80/0.46; 240=24.80/0.44; "
        "320=24.80/0.42; 400=24.80/0.4",
        bulk="2.4",
        units="carton:10",
        margin=46,
    ),
    Family(
        "ABRASIVE",
        "AB-21",
        "Wet-and-dry paper P{}, sheet",
        "Silicon carbide, waterproof, 230 × 280 mm.",
        12,
        "80=0.62/0.022; 120=0.58/0.02; 180=0.55/0.018; 240=0.55/0.017; 320=0.55/0.016; "
        "400=0.55/0.015; 600=0.55/0.014; 1000=0.60/0.014; 2000=0.68/0.013",
        units="pack:50",
        bulk="1.6",
        margin=50,
    ),
    Family(
        "ABRASIVE",
        "AB-23",
        "Masking tape {}, 50 m",
        "Fine-line tapes that come off clean after seven days in the sun.",
        12,
        "19 mm blue=3.80/0.09; 25 mm blue=4.70/0.12; 38 mm blue=6.80/0.18; 50 mm blue=8.80/0.24; "
        "6 mm fine line=5.60/0.04; 12 mm fine line=7.90/0.08",
        units="carton:24",
        bulk="2.2",
        margin=46,
    ),
    Family(
        "WEAR",
        "WW-30",
        "Work glove {}",
        "Nitrile-dipped palm, knitted back, EN 388.",
        14,
        "size 8=3.60/0.06; size 9=3.60/0.06; size 10=3.60/0.07; size 11=3.60/0.07",
        unit="pair",
        units="pack:12",
        bulk="6",
        margin=46,
    ),
    Family(
        "WEAR",
        "WW-31",
        "Offshore jacket, {}",
        "Three-layer, fleece-lined collar, reflective tape.",
        14,
        "red, S=148.00/1.3; red, M=148.00/1.35; red, L=148.00/1.4; red, XL=148.00/1.45; "
        "navy, S=148.00/1.3; navy, M=148.00/1.35; navy, L=148.00/1.4; navy, XL=148.00/1.45; "
        "navy, XXL=154.00/1.5",
        bulk="8",
        margin=40,
    ),
    Family(
        "WEAR",
        "WW-32",
        "Deck boot, size {}",
        "Natural rubber, razor-cut sole.",
        14,
        "38=49.00/1.5; 39=49.00/1.55; 40=49.00/1.6; 41=49.00/1.7; 42=49.00/1.8; 43=49.00/1.9; "
        "44=49.00/2; 45=49.00/2.1; 46=49.00/2.2",
        unit="pair",
        bulk="6",
        margin=40,
        discontinued=("38",),
    ),
    Family(
        "WEAR",
        "WW-33",
        "{}",
        "Protection for the paint shed and the grinding bench.",
        14,
        "Nitrile gloves, box of 100, M=9.80/0.5; Nitrile gloves, box of 100, L=9.80/0.52; "
        "Dust mask FFP2, box of 20=18.90/0.3; Half mask with A2P3 filters=38.00/0.4; "
        "Filter A2P3, pair=17.80/0.2; Safety glasses, clear=5.80/0.04; Ear defenders, SNR 30=16.40/0.25; "
        "Coverall, disposable, L=6.40/0.2; Coverall, disposable, XL=6.40/0.21; Knee pads, pair=18.80/0.4",
        bulk="6",
        margin=44,
    ),
)

CABIN = (
    Family(
        "CABIN",
        "GA-40",
        "Galley {}",
        "Gimballed or built-in, LPG at 30 mbar.",
        15,
        "hob, 2 burners=189.00/5.4; cooker with oven, 2 burners=698.00/21; "
        "cooker with oven, 3 burners=845.00/24; sink 290 × 330 mm, stainless=58.00/1.3; "
        "sink 360 mm round, stainless=64.00/1.4; folding tap, cold=28.50/0.3; "
        "mixer tap, chrome=62.00/0.9; foot pump, 9 l/min=74.00/1.2",
        bulk="4",
        margin=32,
        drop_ship=True,
    ),
    Family(
        "CABIN",
        "GA-41",
        "LPG {}",
        "Regulator sets and hose to EN 16436.",
        11,
        "regulator 30 mbar, with gauge=34.80/0.45; hose 8 mm, 0.5 m=12.40/0.15; "
        "hose 8 mm, 1.0 m=16.80/0.25; solenoid valve, 12 V=58.00/0.4; "
        "leak detector fluid, 400 ml=8.90/0.38; bulkhead fitting 8 mm=9.40/0.06",
        bulk="2.6",
    ),
    Family(
        "CABIN",
        "GA-42",
        "Teak {}",
        "Oiled plantation teak.",
        15,
        "cup holder, 2 places=29.80/0.5; grab rail 330 mm=22.50/0.5; grab rail 550 mm=31.00/0.8; "
        "grab rail 900 mm=44.00/1.2; bookshelf 480 mm=58.00/1.6; step, 300 mm=19.80/0.6; "
        "cockpit grating 400 × 400 mm=98.00/2.6",
        bulk="4",
        margin=38,
    ),
    Family(
        "CABIN",
        "GA-43",
        "Catch {}",
        "For lockers and doors.",
        15,
        "push-button, brass, 16 mm=9.80/0.08; push-button, chrome, 16 mm=9.80/0.08; "
        "flush ring, stainless=13.40/0.09; elbow, brass=4.90/0.03; magnetic, white=2.80/0.02; "
        "cabin hook 100 mm, stainless=5.80/0.05; turnbutton, chrome=4.20/0.04",
        units="box:10",
        bulk="1.6",
        margin=46,
    ),
    Family(
        "CABIN",
        "GA-44",
        "Ventilator {}",
        "With insect screen.",
        15,
        "cowl 75 mm, white=38.00/0.4; cowl 100 mm, white=49.00/0.6; mushroom 100 mm, stainless=34.50/0.5; "
        "solar, day and night=148.00/0.9; louvre 125 × 65 mm, stainless=9.80/0.1",
        bulk="6",
    ),
    Family(
        "CABIN",
        "GA-45",
        "Flag {}",
        "Sewn woven polyester with toggle.",
        14,
        "red ensign 3/4 yard=22.80/0.1; red ensign 1 yard=29.50/0.15; courtesy, France=7.90/0.03; "
        "courtesy, Ireland=7.90/0.03; courtesy, Spain=7.90/0.03; courtesy, Netherlands=7.90/0.03; "
        "signal set, 40 pieces=98.00/1.3; Q flag=6.40/0.03",
        bulk="5",
        margin=48,
    ),
    Family(
        "CABIN",
        "GA-47",
        "Diesel heater {}, 12 V",
        "With ducting, exhaust and control; serial number registered for warranty.",
        13,
        "2 kW=894.00/9.5; 4 kW=1290.00/13; 5 kW, hydronic=1490.00/12",
        tracking="serial",
        bulk="4",
        margin=24,
        drop_ship=True,
    ),
)
