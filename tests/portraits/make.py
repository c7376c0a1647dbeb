"""Makes the portraits of this folder from pictures that PyPI packages carry.

    pip download --no-deps scikit-image matplotlib && unzip both
    python make.py skimage/data/astronaut.png matplotlib/mpl-data/sample_data/grace_hopper.jpg

Needs numpy and pillow. Both originals are small, so they are enlarged; sharpening and grain give back to the faces what
a camera would have caught.
"""

import sys

import numpy
from PIL import Image, ImageDraw, ImageFilter


def enlarge(picture, box, size, face):
    soft = picture.convert("RGB").crop(box).resize(size, Image.LANCZOS)
    sharp = soft.filter(ImageFilter.UnsharpMask(radius=3, percent=180, threshold=0))
    grain = numpy.random.default_rng(1).normal(0, 4, (size[1], size[0], 1))
    sharp = Image.fromarray(numpy.clip(numpy.asarray(sharp) + grain, 0, 255).astype("uint8"))
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).ellipse(face, fill=255)
    soft.paste(sharp, mask=mask.filter(ImageFilter.GaussianBlur(15)))
    return soft


astronaut, hopper = (Image.open(path) for path in sys.argv[1:3])
enlarge(astronaut, (109, 0, 334, 300), (675, 900), (170, 200, 520, 600)).save("good.jpg", quality=88)
enlarge(hopper, (85, 20, 455, 513), (600, 800), (150, 110, 450, 500)).save("glasses.jpg", quality=88)
