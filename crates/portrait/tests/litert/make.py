"""What LiteRT makes of two pictures that every program can make for itself. Needs PyPI's ai-edge-litert and numpy.

python3 make.py    writes the files beside it, little-endian 32-bit floats one after the other
"""

from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

HERE = Path(__file__).parent
MODELS = HERE.parent.parent / "models"


def noise(side):
    """Bytes of a linear congruential generator."""
    state, values = 1, []
    for _ in range(side * side * 3):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append(state >> 24)
    return np.array(values).reshape(side, side, 3)


def drawing(side):
    """A face, drawn on 256 x 256 by whole numbers."""
    shapes = [  # centre x, y, radius x, y, colour; later ones lie above
        (128, 120, 66, 88, (60, 45, 35)),
        (128, 132, 60, 80, (190, 140, 110)),
        (104, 100, 14, 3, (70, 50, 40)),
        (152, 100, 14, 3, (70, 50, 40)),
        (104, 112, 11, 5, (235, 235, 235)),
        (152, 112, 11, 5, (235, 235, 235)),
        (104, 112, 5, 5, (40, 30, 30)),
        (152, 112, 5, 5, (40, 30, 30)),
        (128, 142, 9, 7, (165, 115, 90)),
        (128, 172, 24, 7, (150, 70, 70)),
    ]
    picture = np.empty((side, side, 3), dtype=np.int64)
    for row in range(side):
        for column in range(side):
            x, y = column * 256 // side, row * 256 // side
            colour = (205, 210, 200)
            for cx, cy, rx, ry, paint in shapes:
                if ((x - cx) * ry) ** 2 + ((y - cy) * rx) ** 2 <= (rx * ry) ** 2:
                    colour = tuple(channel - abs(x - 128) // 3 for channel in paint)
            picture[row, column] = colour
    return picture


def run(model, picture, low):
    interpreter = Interpreter(str(MODELS / model), num_threads=1)
    interpreter.allocate_tensors()
    scale = np.float32(1.0 - low) / np.float32(255.0)
    picture = picture.astype(np.float32) * scale + np.float32(low)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture[None])
    interpreter.invoke()
    return [interpreter.get_tensor(each["index"]).ravel() for each in interpreter.get_output_details()]


for name, make in [("noise", noise), ("drawing", drawing)]:
    boxes, scores = run("face_detection_short_range.tflite", make(128), -1.0)
    # All scores, and of every eleventh anchor the box and the points.
    outputs = np.concatenate([scores, boxes.reshape(896, 16)[::11].ravel()])
    outputs.astype("<f4").tofile(HERE / f"detector-{name}.f32")
    points, presence = run("face_landmark.tflite", make(192), 0.0)
    np.concatenate([presence, points]).astype("<f4").tofile(HERE / f"mesh-{name}.f32")
    print(name, "best score", scores.max(), "presence", presence[0])
