"""Drives a headless Chromium through its own driver (W3C WebDriver over HTTP).

Reads steps as JSON from standard input, and writes their results, the console's messages and the number of requests. A step is one of
  {"open": URL}           and waits until the page is ready and settled
  {"run": SCRIPT}         the value that it returns, once the page is settled; a promise is awaited
  {"size": [W, H]}        of the window, as of a phone where it is narrow
  {"keys": [NAME, ...]}   pressed one after the other, on what has the focus
  {"back": 1}             as the browser's arrow
  {"shot": FILE}          a picture of the window
"""
import base64, json, shutil, socket, subprocess, sys, time, urllib.error, urllib.request

KEYS = {"ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015", "Enter": "\ue007", "Escape": "\ue00c", "Home": "\ue011", "End": "\ue010"}


def call(url, body=None, method="POST"):
    request = urllib.request.Request(url, data=json.dumps(body or {}).encode() if method == "POST" else None, method=method,
                                     headers={"Content-Type": "application/json"})
    try:
        return json.load(urllib.request.urlopen(request, timeout=120))["value"]
    except urllib.error.HTTPError as error:
        sys.exit(f"{url}: {json.load(error)['value']['message']}")


def settled(session):
    for _ in range(600):
        state = call(session + "/execute/sync", {"script": "return document.body.dataset.ready + document.body.dataset.settled", "args": []})
        if state == "truetrue":
            return
        time.sleep(0.1)
    sys.exit("the page did not settle: " + str(call(session + "/execute/sync", {"script": "return document.body.innerText.slice(0, 500)", "args": []})))


def step(session, it):
    if "open" in it:
        call(session + "/url", {"url": "about:blank"})
        call(session + "/url", {"url": it["open"]})
    if "size" in it:
        width, height = it["size"]
        call(session + "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride",
                                             "params": {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}})
    if "keys" in it:
        actions = [{"type": kind, "value": KEYS[key]} for key in it["keys"] for kind in ("keyDown", "keyUp")]
        call(session + "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})
    if "back" in it:
        call(session + "/back")
    value = None
    if "run" in it:
        script = "const done = arguments[0]; (async () => { " + it["run"] + " })().then(done, error => done('failed: ' + error))"
        value = call(session + "/execute/async", {"script": script, "args": []})
    if "size" not in it:
        settled(session)
    if "shot" in it:
        with open(it["shot"], "wb") as file:
            file.write(base64.b64decode(call(session + "/screenshot", method="GET")))
    return value


def main():
    driver = shutil.which("chromedriver")
    if driver is None or shutil.which("chromium") is None:
        sys.exit("Chromium and its driver are not installed; scripts/setup tests installs them")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(base + "/status", timeout=5)
                break
            except OSError:
                time.sleep(0.1)
        # No host resolves: whatever the page asked for beyond its own file would fail and be told.
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1280,900"]
        made = call(base + "/session", {"capabilities": {"alwaysMatch": {
            "goog:loggingPrefs": {"browser": "ALL"}, "goog:chromeOptions": {"args": arguments}, "timeouts": {"script": 120000}}}})
        session = base + "/session/" + made["sessionId"]
        results = [step(session, it) for it in json.load(sys.stdin)]
        console = [entry["level"] + " " + entry["message"] for entry in call(session + "/se/log", {"type": "browser"})]
        requests = call(session + "/execute/sync", {"script": "return performance.getEntriesByType('resource').map(it => it.name).filter(it => !it.startsWith('blob:'))", "args": []})
        call(session, method="DELETE")
        json.dump({"results": results, "console": console, "requests": requests}, sys.stdout)
    finally:
        process.terminate()


main()
