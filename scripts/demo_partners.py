"""The demo company's own data, its people, suppliers and customers; all of it invented.

Customers and suppliers are written one a line. Streets, firms and people are made up; towns are
real so that labels and lists of countries look right. British post codes get an ending that the
Royal Mail never uses (see `make_demo_data.invented_post_code`).
"""

from __future__ import annotations

GS1_COMPANY_PREFIX = "9521473"
"""GS1 keeps the prefix 952 for demonstrations and examples; no real article can carry it."""

COMPANY: dict[str, object] = {
    "invented": (
        "Everything in this folder is invented: the company, its people, customers, suppliers, "
        "articles, prices and numbers. Any likeness to a real firm or person is chance."
    ),
    "name": "Gannet Quay Supply Ltd",
    "short_name": "Gannet Quay Supply",
    "address": {
        "lines": ["Unit 4, The Old Net Loft", "Gannet Quay"],
        "city": "Port Merrow",
        "post_code": "XM1 4QK",
        "region": "",
        "country": "GB",
    },
    "phone": "+44 1632 960140",
    "email": "hello@gannetquay.example",
    "website": "https://gannetquay.example",
    "country": "GB",
    "base_currency": "GBP",
    "time_zone": "Europe/London",
    "locale": "en_GB",
    "gs1_company_prefix": GS1_COMPANY_PREFIX,
    "tax_rate": {
        "code": "VAT20",
        "name": "VAT 20 %",
        "percent": "20",
        "tax_class": "standard",
        "country": "GB",
        "included_in_prices": False,
    },
    "price_book": {"code": "TRADE", "name": "Trade prices for chandlers and shops"},
    "payment_terms": [
        {"code": "CASH", "name": "Paid on collection", "days": 0},
        {"code": "PREPAID", "name": "Prepaid", "days": 0},
        {"code": "NET14", "name": "14 days net", "days": 14},
        {"code": "NET30", "name": "30 days net", "days": 30},
        {"code": "NET45", "name": "45 days net", "days": 45},
        {"code": "NET60", "name": "60 days net", "days": 60},
    ],
    "delivery_modes": [
        {"code": "PARCEL", "name": "Carrier, parcel", "kind": "carrier", "transit_days": 1},
        {"code": "PALLET", "name": "Carrier, pallet", "kind": "carrier", "transit_days": 2},
        {"code": "EXPORT", "name": "Carrier, Europe", "kind": "carrier", "transit_days": 5},
        {"code": "PICKUP", "name": "Pick-up at the quay", "kind": "pick-up", "transit_days": 0},
        {"code": "VAN", "name": "Our own truck", "kind": "own truck", "transit_days": 0},
        {"code": "COUNTER", "name": "Counter", "kind": "counter", "transit_days": 0},
        {"code": "NONE", "name": "No delivery", "kind": "none", "transit_days": 0},
    ],
    "customer_groups": [
        {"code": "MARINA", "name": "Marinas and harbours"},
        {"code": "YARD", "name": "Boatyards and builders"},
        {"code": "SHOP", "name": "Chandlers and shops"},
        {"code": "FLEET", "name": "Working boats and fleets"},
        {"code": "PUBLIC", "name": "Authorities and schools"},
        {"code": "CLUB", "name": "Clubs"},
        {"code": "CASH", "name": "Counter customers"},
    ],
}

# kind, user name, name, group role, badge code, shown demo password, home warehouse
PEOPLE: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    ("person", "sales", "Isla Trevanion", "sales", "1101", "sells-rope-by-the-metre", "QUAY"),
    ("person", "floor", "Tomasz Wrona", "floor", "1201", "walks-the-aisles-twice", "QUAY"),
    ("person", "dispatch", "Maeve O'Dowd", "dispatch", "1301", "loads-heavy-things-first", "QUAY"),
    ("person", "stock", "Kwame Asante", "stock", "1401", "counts-every-shackle", "QUAY"),
    ("person", "purchasing", "Lucía Ferrán", "purchasing", "1501", "orders-before-monday", "QUAY"),
    ("person", "accounting", "Priya Nambiar", "accounting", "1601", "posts-to-the-penny", "QUAY"),
    ("person", "manager", "Jonas Hallström", "manager", "1701", "keeps-the-harbour-lights", "QUAY"),
    ("person", "admin", "Beth Carrow", "admin", "1801", "minds-the-keys-and-locks", "QUAY"),
    ("station", "packing-1", "Packing 1", "floor", "", "station-by-the-big-door", "QUAY"),
    ("station", "counter-1", "Main counter", "sales", "", "station-by-the-front-door", "QUAY"),
)

# name, what they make, country, town, post code, street, lead time in days, currency
SUPPLIERS = """
Hawser & Hemp Ropeworks Ltd|Rope and cordage|GB|Chatham|ME4|11 Spinner's Walk|5
Ironbight Anchors and Chain Ltd|Anchors and chain|GB|Netherton|DY2|Forge Wharf 3|10
Saltmarsh Pump Company|Pumps|GB|Lymington|SO41|8 Sluice Lane|7
Lumen Fjord AS|Lights|NO|Bergen|5003|Lyktesmuget 14|14
Compás Náutica S.L.|Navigation and radio|ES|Vigo|36202|Rúa do Sextante 21|12
Tidewrack Coatings Ltd|Paint, resin and care|GB|Gateshead|NE8|Copperbottom Works|6
Brünsbek Beschläge GmbH|Deck fittings|DE|Flensburg|24937|Klampenweg 9|15
Threadneedle Marsh Fasteners Ltd|Stainless fasteners|GB|Redditch|B98|27 Needle Mill Yard|4
Volthaven Electric B.V.|Electrical|NL|Harlingen|8861|Spanningskade 5|9
Sécurité du Large SARL|Safety|FR|Lorient|56100|4 quai des Balises|11
Copperlane Plumbing Supply Ltd|Hose and valves|GB|Plymouth|PL4|60 Copper Lane|3
Quernstone Tool and Abrasive Co. Ltd|Tools and abrasives|GB|Sheffield|S3|Grindstone Yard|3
Långö Motorservice AB|Engine spares|SE|Karlskrona|37130|Kolvvägen 2|13
Oilskin & Fell Workwear|Workwear|GB|Fleetwood|FY7|19 Sou'wester Street|8
Tavira Teca, Lda.|Teak and galley|PT|Olhão|8700|Rua do Convés 33|21
"""

# name|group|country|town|post code|street
CUSTOMERS = """
Brightwater Marina|MARINA|GB|Falmouth|TR11|14 Lantern Quay
Penhallow Boatyard|YARD|GB|Mylor|TR11|The Slip, Penhallow Creek
O'Malley's Marine|SHOP|GB|Whitehaven|CA28|3 Sugar Tongue
Harbour Commissioners of Saint Cadoc|PUBLIC|GB|Padstow|PL28|Commissioners' House, North Pier
Three Sisters Sailing School|PUBLIC|GB|Salcombe|TQ8|1 Batson Steps
Curlew Charter Fleet|FLEET|GB|Lymington|SO41|Pontoon C, Curlew Basin
Nan Tregear's Chandlery|SHOP|GB|Fowey|PL23|22 Fore Lane
Blackwater Oyster Company|FLEET|GB|West Mersea|CO5|The Packing Shed, Coast Lane
Redgauntlet Towage Ltd|FLEET|GB|Annan|DG12|2 Firth View
Thornwick Bay Yacht Club|CLUB|GB|Bridlington|YO15|The Old Signal House
Staithe & Daughters Boatbuilders|YARD|GB|Wells-next-the-Sea|NR23|East Staithe 5
Skerryvore Workboats|FLEET|GB|Oban|PA34|Slip Road 7
Lobster Pot Supplies|SHOP|GB|Cromer|NR27|41 Jetty Row
Quayle's of Peel|SHOP|GB|Peel|IM5|9 Shore Passage
Menai Slipway Company|YARD|GB|Caernarfon|LL55|Doc Fictoria 12
Cwmni Cychod Aberdaron|YARD|GB|Pwllheli|LL53|Lôn y Traeth 6
Solway Lifeboat Trust|PUBLIC|GB|Silloth|CA7|The Boathouse
Pilot Gig Builders of Scilly|YARD|GB|St Mary's|TR21|Porthloo Shed
Medway Barge Restoration Society|CLUB|GB|Rochester|ME1|Dry Dock 2, Lower Reach
The Extraordinarily Long-Named Association of Friends of the Steam Pinnace Marguerite|CLUB|GB|Portsmouth|PO1|Boathouse 19, The Camber
Kittiwake Marina|MARINA|GB|Amble|NE65|1 Coquet Basin
Eider Duck Boat Hire|FLEET|GB|Seahouses|NE68|Harbour Hut 4
Tamar Reach Moorings|MARINA|GB|Saltash|PL12|60 Ferry Bank
Bosun's Locker (Dartside) Ltd|SHOP|GB|Dartmouth|TQ6|8 Foss Passage
Hallett & Pascoe Shipwrights|YARD|GB|Penryn|TR10|Jubilee Slip
Sandpiper Dinghy Park|CLUB|GB|Chichester|PO20|Itchenor Hard
Nab Tower Divers|FLEET|GB|Bembridge|PO35|The Compressor House
Wherryman's Holidays|FLEET|GB|Wroxham|NR12|Riverside Road 77
Orwell Rigging Loft|YARD|GB|Ipswich|IP3|Loft 3, Cliff Quay
Deben Tide Mill Yard|YARD|GB|Woodbridge|IP12|Tide Mill Lane 2
Goodwin Sands Salvage|FLEET|GB|Ramsgate|CT11|West Arm 5
Cinque Ports Marine Electrics|YARD|GB|Rye|TN31|Strand Shed 8
Bexhill Sea Scouts|CLUB|GB|Bexhill|TN39|The Rowing Shelter
Shoreham Houseboat Owners|CLUB|GB|Shoreham|BN43|Plank Nine, The Embankment
Needles Ferry Services|FLEET|GB|Yarmouth|PO41|Terminal Office
Poole Clay Lighterage|FLEET|GB|Poole|BH15|Lighter Wharf
Lulworth Kayak Centre|SHOP|GB|Weymouth|DT4|Cove Road 15
Chesil Net and Twine|SHOP|GB|Bridport|DT6|South Net Works
Exe Estuary Marina|MARINA|GB|Exmouth|EX8|Dock Basin House
Lundy Island Supply Run|FLEET|GB|Bideford|EX39|The Long Quay 30
Severn Bore Boats|YARD|GB|Gloucester|GL1|Llanthony Dry Dock
Cardigan Bay Marine Centre|SHOP|GB|Aberystwyth|SY23|Y Lanfa 2
Milford Trawler Engineers|YARD|GB|Milford Haven|SA73|Ice House Row
Tenby Angling Trips|FLEET|GB|Tenby|SA70|Kiosk 3, Castle Steps
Conwy Mussel Fishermen's Co-operative|FLEET|GB|Conwy|LL32|The Quay Sheds
Fylde Sand Yacht Club|CLUB|GB|Lytham|FY8|Windmill Green
Morecambe Bay Pontoon Hire|MARINA|GB|Heysham|LA3|Half Moon Yard
Lakeland Steam Launch Works|YARD|GB|Windermere|LA23|Ferry Nab 6
Galloway Creel Boats|FLEET|GB|Portpatrick|DG9|North Crescent 11
Ailsa Marine Services|YARD|GB|Troon|KA10|Slip Road 2
Kyles of Bute Sailing|CLUB|GB|Tighnabruaich|PA21|The Pier House
Crinan Canal Boatmen|FLEET|GB|Lochgilphead|PA31|Lock 14
Skye Salmon Logistics|FLEET|GB|Kyleakin|IV41|Sea Farm Base
Stornoway Harbour Stores|SHOP|GB|Stornoway|HS1|Shell Passage 4
Orkney Creel & Diesel|SHOP|GB|Stromness|KW16|Hellihole Yard
Lerwick Pelagic Ltd|FLEET|GB|Lerwick|ZE1|Holmsgarth Shed 9
Cromarty Rig Support|FLEET|GB|Invergordon|IV18|Service Base 5
Findhorn Bay Boats|YARD|GB|Findhorn|IV36|The Shore 28
Buchan Net Mending|SHOP|GB|Peterhead|AB42|Bridge Shed
Bell Rock Boat Tours|FLEET|GB|Arbroath|DD11|Fish Market Slip
Anstruther Harbour Trust|PUBLIC|GB|Anstruther|KY10|Shore Office
Forth Pilots' Association|FLEET|GB|Leith|EH6|Imperial Dock Gate
Holy Island Causeway Rescue|PUBLIC|GB|Berwick-upon-Tweed|TD15|The Refuge Box
Tyne Rowing Club|CLUB|GB|Newburn|NE15|Riverside Landing
Hartlepool Historic Ships|PUBLIC|GB|Hartlepool|TS24|Jackson Dock
Esk Bridge Boatyard|YARD|GB|Whitby|YO22|Spital Yard
Filey Coble Landing|FLEET|GB|Filey|YO14|Coble Row
Humber Lightship Company|FLEET|GB|Hull|HU1|Lightship Berth
Boston Stump Boats|YARD|GB|Boston|PE21|Lincoln Lane Wharf
Broads Authority Workshop at Thurne|PUBLIC|GB|Thurne|NR29|Staithe Cottages
Bangor Bay Marina|MARINA|GB|Bangor|BT20|Quay Pavilion
Strangford Narrows Ferry|FLEET|GB|Portaferry|BT22|The Slip
Causeway Coast Chandlers|SHOP|GB|Portrush|BT56|Harbour Brae 2
Mrs A. Lowther, yacht Peregrine|CASH|GB|Falmouth|TR11|Mooring 88, Inner Harbour
Mr D. Nkemelu, yacht Second Wind|CASH|GB|Falmouth|TR11|Berth B14, Lantern Quay
Counter sale|CASH|GB|Port Merrow|XM1|Gannet Quay
Looe Shark Anglers|FLEET|GB|Looe|PL13|Buller Steps 2
Port Merrow Harbour Office|PUBLIC|GB|Port Merrow|XM1|The Watch House
Merrow Gig Club|CLUB|GB|Port Merrow|XM1|Gig Shed, Gannet Quay
Ó Briain Báid Teo.|YARD|IE|An Daingean|V92 X2K0|Cé na Trá 3
Shannon Lough Cruisers|FLEET|IE|Killaloe|V94 X1K0|Canal Harbour 5
Kinsale Blue Water Club|CLUB|IE|Kinsale|P17 X0M0|Scilly Walk 12
Niamh's Chandlery & Bait|SHOP|IE|Howth|D13 X4V0|West Pier Unit 6
Bantry Mussel Rafts Ltd|FLEET|IE|Bantry|P75 X9C0|The Square Pier
Chantier Naval Le Goff & Fils|YARD|FR|Concarneau|29900|7 quai du Goéland
Accastillage de l'Étoile|SHOP|FR|Saint-Malo|35400|18 rue des Épissures
Port de Plaisance du Trévignon-sur-Mer|MARINA|FR|Trégunc|29910|Capitainerie, môle nord
Coopérative des Pêcheurs d'Île-Grande|FLEET|FR|Pleumeur-Bodou|22560|2 cale du Phare
Voilerie Maëlle Quéméner|YARD|FR|La Trinité-sur-Mer|56470|Hangar 4, cours des Voiles
École de Voile de l'Aber|PUBLIC|FR|Landéda|29870|Plage des Anges 1
Gréement & Cie|SHOP|FR|La Rochelle|17000|33 avenue du Gabut
Scheepswerf De Zeehaas|YARD|NL|Enkhuizen|1601|Havendijk 41
Jachthaven 't Wad|MARINA|NL|Terschelling|8881|Dellewal 9
Van der Kluizen Scheepsbenodigdheden B.V.|SHOP|NL|Vlissingen|4381|Ankerplein 2
Waddenveer Rederij|FLEET|NL|Den Helder|1781|Veerkade 15
Werft Möwenort GmbH & Co. KG|YARD|DE|Kappeln|24376|Am Slip 3
Yachthafen Süderhövt|MARINA|DE|Büsum|25761|Mole Süd 1
Käpt'n Brüggemanns Bootsladen|SHOP|DE|Greetsiel|26736|Sielstraße 24
Segelschule Graugans|PUBLIC|DE|Schleswig|24837|Plessenufer 8
Krabbenfischer Großefehn eG|FLEET|DE|Neuharlingersiel|26427|Kutterhafen 6
Skibsværft Ørnebjerg ApS|YARD|DK|Svendborg|5700|Bedding 2
Marstal Sejlmagerloft|YARD|DK|Marstal|5960|Prinsensgade 103
Læsø Havn og Grej|SHOP|DK|Vesterø|9940|Havnebakken 7
Båtvarv Sågskär AB|YARD|SE|Lysekil|45330|Slipvägen 11
Hörnö Gästhamn|MARINA|SE|Grebbestad|45772|Bryggan 1
Skärgårdens Båttillbehör|SHOP|SE|Vaxholm|18530|Ångbåtsgränd 6
Åse & Sønn Slipp og Mek|YARD|NO|Kristiansund|6508|Vågeslippen 4
Lofoten Sjøutstyr AS|SHOP|NO|Svolvær|8300|Rorbukaia 17
Havørn Oppdrettsservice|FLEET|NO|Frøya|7260|Sistrandveien 220
Estaleiro Maré Cheia, Lda.|YARD|PT|Viana do Castelo|4900|Cais do Sargaço 8
Marina da Ria Velha|MARINA|PT|Aveiro|3800|Doca Norte
Cooperativa dos Pescadores de São Brás|FLEET|PT|Sesimbra|2970|Rua da Lota 1
Astilleros Punta Gaviota, S.A.|YARD|ES|Camariñas|15123|Muelle Nuevo 2
Náutica Peñón Rojo|SHOP|ES|Denia|03700|Calle del Nudo 19
Club de Remo Eguzkilore|CLUB|ES|Hondarribia|20280|Portu Kalea 5
Jachtservis Zielona Kotwica|YARD|PL|Świnoujście|72600|ulica Łańcuchowa 12
Sklep Żeglarski „Szekla”|SHOP|PL|Giżycko|11500|Nabrzeże 3
Reykjanes Bátaþjónusta ehf.|YARD|IS|Grindavík|240|Hafnargata 31
Saaremaa Paadikoda OÜ|YARD|EE|Kuressaare|93815|Tori tänav 4
Cantiere Navale Fratelli Scoglio|YARD|IT|Camogli|16032|Calata degli Ormeggi 7
"""
