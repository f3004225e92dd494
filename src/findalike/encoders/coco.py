"""The names of COCO's classes (Lin et al., 2014, arXiv:1405.0312) by the numbers that TensorFlow's detectors use."""

_ROWS = """
1 person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant
13 stop sign, parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe
27 backpack, umbrella
31 handbag, tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove, skateboard
42 surfboard, tennis racket, bottle
46 wine glass, cup, fork, knife, spoon, bowl, banana, apple, sandwich, orange, broccoli, carrot, hot dog, pizza, donut
61 cake, chair, couch, potted plant, bed
67 dining table
70 toilet
72 tv, laptop, mouse, remote, keyboard, cell phone, microwave, oven, toaster, sink, refrigerator
84 book, clock, vase, scissors, teddy bear, hair drier, toothbrush
"""

NAMES = {
    int(row.split()[0]) + place: name
    for row in _ROWS.strip().splitlines()
    for place, name in enumerate(row.split(maxsplit=1)[1].split(", "))
}
"""Number → name, 80 of them; the numbers have gaps."""
