#!/usr/bin/python3
"""A page of `run --html`, opened in a real Chromium: it steps, plays the walk, and shows what `run --json` says.

    page.py RMAPCHECK SOURCE_DIR [SCREENSHOT_FOLDER]

Exit 0: it does. Exit 77: Chromium, its driver or python3-selenium is not here (a skip, with that reason). With a folder
the pictures of docs/guide.md are made there.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    print("skipped: python3-selenium is not installed")
    sys.exit(77)
for program in ("chromium", "chromedriver"):
    if not shutil.which(program):
        print(f"skipped: {program} is not installed")
        sys.exit(77)

RMAPCHECK, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
PICTURES = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
LOSS = SOURCE / "corpora/explored/linear-index-other-item-record-stale-moved.trace"
wrong = []


def hold(what, shown, said):
    if shown != said:
        wrong.append(f"{what}: the page shows {shown!r}, the program says {said!r}")


def run(*arguments):
    ran = subprocess.run([RMAPCHECK, "run", *map(str, arguments)], capture_output=True, text=True, check=False)
    if ran.returncode not in (0, 1):
        sys.exit(f"run {arguments}: exit {ran.returncode}: {ran.stderr}")
    return ran.stdout


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    # In a container there is no sandbox for root, and little shared memory. No host name resolves: there is no network.
    for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1500,1000", "--force-color-profile=srgb",
                 "--host-resolver-rules=MAP * ~NOTFOUND"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)


class Page:
    def __init__(self, driver, trace, folder, *arguments):
        self.driver = driver
        self.file = pathlib.Path(folder) / "page.html"
        run("--html", self.file, "--quiet", *arguments, trace)
        driver.get("about:blank")
        driver.get(self.file.as_uri())

    def keys(self, *keys):
        for key in keys:
            self.driver.find_element(By.TAG_NAME, "body").send_keys(key)

    def text(self, selector):
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return found[0].text if found else None

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def picture(self, name):
        if PICTURES:
            self.driver.save_screenshot(str(PICTURES / name))

    def complaints(self):
        return [e["message"] for e in self.driver.get_log("browser") if e["level"] == "SEVERE"]


def entry(e):
    return f"{e['pid']}:{e['address']:#x}"


def hold_verdicts(page, document, at, place):
    """The table of a walk is what --json says of it."""
    shown = {}
    for row in page.all(".verdicts tr[data-strategy]"):
        fields = {f.get_attribute("data-field"): f.text for f in row.find_elements(By.CSS_SELECTOR, "td[data-field]")}
        shown[fields["strategy"]] = fields
    said = {v["strategy"]: v for v in document["verdicts"] if v["at"] == at and entry(v["page"]) == place}
    hold("strategies", sorted(shown), sorted(said))
    for name, v in said.items():
        fields = shown.get(name, {})
        hold(f"{name} found", fields.get("found"), f"{v['found']} of {v['mapped']}")
        for field in ("visited", "skipped_address", "skipped_mm"):
            hold(f"{name} {field}", fields.get(field), str(v[field]))
        hold(f"{name} missed", re.findall(r"\d+:0x[0-9a-f]+", fields.get("missed", "")), [entry(e) for e in v["missed"]])
        hold(f"{name} lifetime", fields.get("lifetime"), v["lifetime"] or "")


def hold_state(page, document):
    """The rulers are the state that --state prints."""
    vmas = {v.get_attribute("data-vma"): v for v in page.all(".box.vma")}
    said = {}
    for process in document["state"]["processes"]:
        for v in process["vmas"]:
            said[f"{process['pid']}:{v['start']:#x}-{v['end']:#x}"] = (process["pid"], v)
    hold("VMAs", sorted(vmas), sorted(said))
    for name, (pid, v) in said.items():
        if name not in vmas:
            continue
        hold(f"{name} pgoff", int(vmas[name].get_attribute("data-pgoff"), 16), v["pgoff"])
        hold(f"{name} flags", vmas[name].get_attribute("data-flags").split(), v["flags"])
        cells = {c.get_attribute("data-entry"): c for c in vmas[name].find_elements(By.CSS_SELECTOR, "td[data-maps]")}
        mapped = {f"{pid}:{p['address']:#x}": p for p in v["pages"]}
        hold(f"{name} entries", sorted(cells), sorted(mapped))
        for at, p in mapped.items():
            maps = cells[at].get_attribute("data-maps") if at in cells else ""
            of_ksm = maps.removeprefix("moving ").startswith("K")  # a migration entry is still one of its page
            hold(f"{at} is a KSM page", of_ksm, p["ksm"] and p["folio"] is not None and not p["swapped"])
            hold(f"{at} is swapped", maps.startswith("swap"), p["swapped"])
    ksm = page.all("#ksm")[0]
    hold("pages_sharing", int(ksm.get_attribute("data-sharing")), document["state"]["ksm"]["pages_sharing"])


def the_loss(driver, folder):
    """The six operations of the shortest loss, as someone sees them who opens the page and presses arrows."""
    document = json.loads(run("--json", LOSS))
    page = Page(driver, LOSS, folder)
    hold("the summary names the loss", "linear-index loses 2:0x10000" in page.text("#summary"), True)
    steps = [line for line in LOSS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for line in steps[:6]:
        hold("nothing is lost before the sixth", page.all("#picture td.is-lost"), [])
        page.keys(Keys.ARROW_DOWN)
        hold("the operation", page.text("#operation"), line)
    hold("the address bar", driver.current_url.rpartition("#")[2], "step=6")
    hold("the lost entry", [c.get_attribute("data-entry") for c in page.all("#picture td.is-lost")], ["2:0x10000"])
    hold("it is marked without colour", "✗" in driver.execute_script(
        "return getComputedStyle(document.querySelector('td.is-lost'), '::after').content"), True)
    hold("since when", "From here on linear-index does not find 2:0x10000" in (page.text("#loss-here") or ""), True)
    hold("its offset", page.text('td[data-offset="2:0x10000"]'), "0x11")
    page.picture("page-loss.png")
    page.keys("w")
    hold("w goes to the walk", page.text("#operation"), steps[6])
    hold("and to its start", page.text("#walk-at").split()[0], "1")
    seen = 0
    while page.text("#walk-at").split()[0] != page.text("#walk-at").split()[2] and seen < 100:
        hold("not lost before it is played", "✗" in page.text("#tally"), False)
        page.keys(Keys.ARROW_RIGHT)
        seen += 1
        if seen == 5:
            page.picture("page-walk.png")
    tally = page.text("#tally").splitlines()
    hold("naive finds it", "2:0x10000 ✓" in tally[0], True)
    hold("linear-index does not", "2:0x10000 ✗ lost" in tally[1], True)
    why = page.text('.explain[data-lost="2:0x10000"]') or ""
    for words in ("rmap_item 1:0x10000", "asks the same tree for 0x10 only", "offsets 0x11", "since step 6", "(step 5)"):
        hold(f"why says {words!r}", words in why, True)
    hold_verdicts(page, document, 11, "2:0x10000")
    page.keys("/")
    driver.switch_to.active_element.send_keys("fork", Keys.ENTER, Keys.ESCAPE)
    hold("search goes there", page.text("#operation"), steps[2])
    driver.execute_script("location.hash = '#step=5'")
    time.sleep(0.2)
    hold("a link goes there", page.text("#operation"), steps[4])
    back = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    driver.find_element(By.ID, "theme").click()
    hold("the theme changes", driver.execute_script("return getComputedStyle(document.body).backgroundColor") == back, False)
    hold("complaints of the browser", page.complaints(), [])


def corpora(driver, folder):
    """A trace of each folder: its end is the state and the verdicts that --json prints."""
    chosen = [sorted((SOURCE / "corpora" / part).glob("*.trace"))[::9][:4] for part in
              ("found", "strategies", "operations", "in-flight", "history")]
    for trace in sum(chosen, []):
        document = json.loads(run("--json", "--state", trace))
        page = Page(driver, trace, folder)
        page.keys(Keys.END)
        hold_state(page, document)
        at_end = [v for v in document["verdicts"] if f"{v['strategy']}" == "naive"]
        for option in range(len(page.all("#which option")) or (1 if page.all(".verdicts") else 0)):
            if page.all("#which option"):
                page.all("#which option")[option].click()
            place = re.search(r" at (\d+:0x[0-9a-f]+)", page.text("#walk h2")).group(1) if not page.all("#which") else \
                page.all("#which option")[option].text.split()[1]
            line = [v["at"] for v in at_end if entry(v["page"]) == place][-1]
            verdicts = [v for v in document["verdicts"] if v["at"] == line and entry(v["page"]) == place]
            hold_verdicts(page, {"verdicts": verdicts}, line, place)
        for complaint in page.complaints():
            wrong.append(f"the browser complains: {complaint}")
        if wrong:
            wrong.insert(0, str(trace))
            return


def large(driver, folder, operations=100_000):
    """A trace of so many operations opens, and any step of it is there at once."""
    trace = pathlib.Path(folder) / "large.trace"
    lines = ["# rmapcheck trace 1", "1 mmap(0x10000, 0x8000, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, 0)",
             "1 madvise(0x10000, 0x8000, MADV_MERGEABLE)"]
    for n in range(operations - 4):
        lines.append("* ksmd(1)" if n % 50 == 49 else f"1 store({0x10000 + n % 8 * 0x1000:#x}, 0x1000, {1 + n // 8 % 3:#x})")
    lines += ["* ksmd(3)", "* walk(1, 0x10000)"]
    trace.write_text("\n".join(lines) + "\n", encoding="utf-8")
    begin = time.monotonic()
    page = Page(driver, trace, folder, "--no-final-walks")
    opened = time.monotonic()
    page.keys(Keys.END)
    hold("the last operation", page.text("#operation"), "* walk(1, 0x10000)")
    there = time.monotonic()
    page.keys(Keys.ARROW_UP)
    hold("the one before", page.text("#operation"), lines[-2])
    stepped = time.monotonic()
    hold("rows that exist", len(page.all("#rows .row")) < 200, True)
    print(f"{operations} operations: {page.file.stat().st_size >> 10} KiB; written and opened in {opened - begin:.1f} s, "
          f"at the end {there - opened:.1f} s later, a step {stepped - there:.2f} s")
    hold("a step of a large trace takes less than two seconds", stepped - there < 2, True)
    hold("complaints of the browser", page.complaints(), [])


driver = browser()
try:
    with tempfile.TemporaryDirectory() as scratch:
        the_loss(driver, scratch)
        if not PICTURES:
            corpora(driver, scratch)
            large(driver, scratch)
finally:
    driver.quit()
for line in wrong:
    print(line)
sys.exit(1 if wrong else 0)
