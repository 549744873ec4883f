"""How hard our own text is to read: the Flesch-Kincaid grade of the words of pages that are ours.

usage: reading.py ADDRESS
"""

import re
import sys
import urllib.request

import textstat

GRADE_MAX = 9
# Pages whose words are ours, not of records.
PAGES = ["/", "/about", "/accessibility", "/rules", "/data", "/log", "/submit/sign-in", "/gaps", "/statistics"]


def sentences(page):
    """The sentences of paragraphs and list items, without markup; labels and lists of links are no sentences."""
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
