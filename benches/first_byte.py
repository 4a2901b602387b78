#!/usr/bin/env python3
"""How true the time to first byte is: an upstream that answers exactly 50 ms after the last byte of the request (it
spins, and notes its own true delay), asked 25 times.

    cargo build --release && benches/first_byte.py [PROGRAM]
"""
import json
import socket
import subprocess
import sys
import threading
import time

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else "target/release/why502"
DELAY, RUNS = 0.050, 25
true = []
listener = socket.create_server(("127.0.0.1", 0))


def serve():
    while True:
        peer, _ = listener.accept()
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = b""
        while b"\r\n\r\n" not in request:
            request += peer.recv(4096)
        heard = time.perf_counter()
        while time.perf_counter() - heard < DELAY:
            pass
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        true.append(time.perf_counter() - heard)
        peer.close()


threading.Thread(target=serve, daemon=True).start()
url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
seen = []
for _ in range(RUNS):
    report = subprocess.run([PROGRAM, url, "--format", "json"], capture_output=True, check=False).stdout
    seen.append(json.loads(report)["exchanges"][0]["time_to_first_byte"])
    time.sleep(0.02)
seen, true = sorted(seen), sorted(true)
figures = [f"{name} {value * 1e3:.3f}" for name, value in
           [("min", seen[0]), ("median", seen[RUNS // 2]), ("max", seen[-1]), ("the truth, median", true[RUNS // 2])]]
print("time to first byte, ms:", ", ".join(figures))
