"""Cuts and renames the fonts of certificates: python3 fonts/make.py NOTO_FOLDER WENKAI_TTF

NOTO_FOLDER is the npm package @expo-google-fonts/noto-sans-sc 0.4.3, unpacked; WENKAI_TTF is
LXGWWenKai-Regular.ttf of the Debian package fonts-lxgw-wenkai 1.250+repack-1.
The same input gives the same bytes with fonttools 4.68.0.
"""

import glob
import os
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = os.path.dirname(os.path.abspath(__file__))
noto, wenkai = sys.argv[1:]
regular = f'{noto}/400Regular/NotoSansSC_400Regular.ttf'
bold = f'{noto}/700Bold/NotoSansSC_700Bold.ttf'
NAMES_OF_FAMILY = (1, 3, 4, 6, 16, 21, 25)


def characters(path):
    return set(TTFont(path).getBestCmap())


def cut(source, target, family, kept):
    """Keeps these characters; copyright and licence stay in the name table, the family is ours."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.name_IDs = ['*']
    options.notdef_outline = True
    options.drop_tables += ['DSIG']
    font = subset.load_font(source, options)
    font.recalcTimestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=kept)
    cutter.subset(font)
    names = font['name']
    for name_id in NAMES_OF_FAMILY:
        names.removeNames(nameID=name_id)
    for name_id, text in ((1, family), (3, f'{family}; cut'), (4, family), (6, family.replace(' ', ''))):
        names.setName(text, name_id, 3, 1, 0x409)
    subset.save_font(font, f'{HERE}/{target}', options)
    print(target, len(kept), os.path.getsize(f'{HERE}/{target}'))


has = characters(regular)
texts = ''.join(open(path, encoding='utf8').read() for path in glob.glob(f'{HERE}/../src/text/*.ts'))
cut(regular, 'EvlSans.ttf', 'EVL Sans', has)
cut(bold, 'EvlLabel.ttf', 'EVL Label', (set(map(ord, texts)) | set(range(32, 127))) & characters(bold))
# ideographs, their radicals and strokes that the first font lacks
cut(wenkai, 'EvlKai.ttf', 'EVL Kai', {c for c in characters(wenkai) - has if c >= 0x2E80})
