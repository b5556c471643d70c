"""Figures of published worked examples, with where they come from. They are facts; no code came with them."""

from __future__ import annotations

import numpy as np

# Males by single year of age 0–99: the example of the sheet SINGAGE of the US Census Bureau's Population Analysis
# Spreadsheets (PAS), as shipped with the R package DemoTools (`pop1m_pasex`), whose documentation states the results:
# Whipple's index 2.34 over 25–60, Myers's index of both halves 47.26 (23.628 the half).
PAS_SINGLE_AGES = np.array([
    80626, 95823, 104315, 115813, 100796, 105086, 97266, 116328, 75984, 89982,
    95525, 56973, 78767, 65672, 53438, 85014, 47600, 64363, 42195, 42262,
    73221, 30080, 34391, 29072, 20531, 66171, 24029, 44227, 24128, 23599,
    82088, 16454, 22628, 17108, 12531, 57325, 17220, 28425, 16206, 17532,
    65976, 11593, 15828, 13541, 8133, 44696, 11165, 18543, 12614, 12041,
    55798, 9324, 10772, 10453, 6773, 28358, 9916, 13348, 8039, 7583,
    42470, 5288, 5317, 6582, 3361, 17949, 3650, 5873, 3279, 3336,
    27368, 1965, 2495, 2319, 1335, 12022, 1401, 1668, 1360, 1185,
    9167, 424, 568, 462, 282, 6206, 343, 409, 333, 291,
    4137, 133, 169, 157, 89, 2068, 68, 81, 66, 57,
])  # fmt: skip

# Five-year groups 0–4 … 75+: the example of PAS's sheet AGESEX, as in the documentation of DemoTools's
# `ageSexAccuracy`: age ratio scores 3.9 and 3.65, sex ratio score 2.2, accuracy index 14.3.
PAS_MALES = np.array([
    4677, 4135, 3825, 3647, 3247, 2802, 2409, 2212, 1786, 1505, 1390, 984, 745, 537, 346, 335,
]) * 1000  # fmt: skip
PAS_FEMALES = np.array([
    4544, 4042, 3735, 3647, 3309, 2793, 2353, 2112, 1691, 1409, 1241, 887, 697, 525, 348, 366,
]) * 1000  # fmt: skip

# Mozambique, females, censuses of 1997 and 2007 and the mean of the deaths they reported for a year, groups 0–4 … 80+:
# the data set `Moz` of the R package DDM (data courtesy of B. Queiroz), which finds 0.708 by GGB and 0.625 by SEG.
MOZAMBIQUE_1997 = np.array([
    1388350, 1113675, 878429, 854078, 827614, 654465, 477562, 428395, 303147, 282098,
    212060, 174234, 125096, 109288, 50607, 42858, 35430,
])  # fmt: skip
MOZAMBIQUE_2007 = np.array([
    1963660, 1615244, 1183939, 991323, 986526, 841416, 667865, 556191, 389087, 328660,
    283288, 208657, 159557, 127794, 81329, 61012, 59985,
])  # fmt: skip
MOZAMBIQUE_DEATHS = np.array([
    88248, 11424, 5677, 6123, 7280, 7212, 6426, 5419, 4385, 3765,
    3988, 2566, 3686, 2536, 2575, 1710, 3624,
])  # fmt: skip

# Males, deaths and people at 0, 1–4, 5–9 … 95–99, 100+: the example of PAS's sheet LTPOPDTH with an infant mortality
# rate of 0.1, as in the tests of DemoTools, which print the unsmoothed e(x) of Coale & Demeny's North.
LTPOPDTH_PEOPLE = np.array([
    100958, 466275, 624134, 559559, 446736, 370653, 301862, 249409, 247473, 223014, 172260,
    149338, 127242, 105715, 79614, 53660, 31021, 16805, 8000, 4000, 2000, 1000,
])  # fmt: skip
LTPOPDTH_DEATHS = np.array([
    8674, 1592, 618, 411, 755, 1098, 1100, 1357, 1335, 3257, 2200,
    4023, 2167, 4578, 2956, 4212, 2887, 2351, 1500, 900, 500, 300,
])  # fmt: skip
LTPOPDTH_NORTH = np.array([
    56.31, 61.53, 58.35, 53.63, 48.81, 44.21, 39.83, 35.52, 31.43, 27.22, 24.09,
    20.52, 18.12, 14.51, 12.42, 9.45, 7.85, 6.09, 4.95, 4.28, 3.85, 3.33,
])  # fmt: skip

# Austria 1992, males: deaths, mid-year population and ax as printed in Preston, Heuveline & Guillot (2001),
# box 3.1.
# The inputs were typed from memory; that e0 and l(x) come out to the printed digits is the proof that they
# are right.
AUSTRIA_POPULATION = [
    47925, 189127, 234793, 238790, 254996, 326831, 355086, 324222, 269963, 261971,
    238011, 261612, 181385, 187962, 153832, 105169, 73694, 57512, 32248,
]  # fmt: skip
AUSTRIA_DEATHS = [
    419, 70, 36, 46, 249, 420, 403, 441, 508, 769, 1154, 1866, 2043, 3496, 4366, 4337, 5279, 6460, 6146,
]  # fmt: skip
AUSTRIA_AX = [
    0.068, 1.626, 2.5, 3.143, 2.724, 2.520, 2.481, 2.601, 2.701, 2.663,
    2.698, 2.676, 2.645, 2.624, 2.619, 2.593, 2.518, 2.423, 5.247,
]  # fmt: skip
