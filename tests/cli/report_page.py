"""What a page of `ridgeline report` lets run and keeps: report_page.py PAGE RUN.json"""
import base64
import hashlib
import json
import re
import sys

page = open(sys.argv[1]).read()
scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
print("scripts:", len(scripts), "as the policy says:", f"script-src 'sha256-{digest}';" in page)
kept = re.search(r'<script type="application/json" id="run">(.*?)</script>', page, re.S).group(1)
print("the run:", "whole" if json.loads(kept) == json.load(open(sys.argv[2])) else "changed")
