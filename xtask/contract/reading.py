"""Measures how hard our own pages are to read, as a Flesch-Kincaid grade.

usage: reading.py ADDRESS
"""

import re
import sys
import urllib.request

import textstat

GRADE_MAX = 9
# Pages with our own words rather than those of records.
PAGES = ["/", "/about", "/accessibility", "/rules", "/data", "/log", "/submit/sign-in", "/gaps", "/statistics"]


def sentences(page):
    """The sentences in paragraphs and list items, without markup. Skips labels and lists of links."""
    main = re.search(r"<main.*?</main>", page, re.S).group(0)
    texts = re.findall(r"<(?:p|li|dd)\b[^>]*>(.*?)</(?:p|li|dd)>", main, re.S)
    for text in texts:
        text = re.sub(r"<[^>]+>", "", text).strip()
        if re.search(r"[.:?]$", text) and len(text.split()) > 4:
            yield text


worst = 0
for path in PAGES:
    with urllib.request.urlopen(sys.argv[1] + path) as answer:
        text = " ".join(sentences(answer.read().decode()))
    grade = textstat.flesch_kincaid_grade(text)
    print(f"{grade:5.1f} {len(text.split()):5} words {path}")
    worst = max(worst, grade)
if worst > GRADE_MAX:
    sys.exit(f"a page reads harder than grade {GRADE_MAX}")
