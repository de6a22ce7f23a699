"""The probes that the deployment files name, asked of the server itself; and what the balancers ask is one of them."""

import json
import re
import subprocess
import tempfile
import unittest
import urllib.request

from deployed import LIVENESS, READINESS, WHISPRD, main, read


class Probes(unittest.TestCase):
    def test_the_server_answers_them_on_both_ports(self):
        with tempfile.TemporaryDirectory() as folder:
            server = subprocess.Popen(
                [WHISPRD, "serve", "--dev", "--store", "memory:", "--data-dir", folder, "--listen", "127.0.0.1:0",
                 "--admin-listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            try:
                said = server.stdout.readline() + server.stdout.readline() + server.stdout.readline()
                addresses = re.findall(r"http://\S+", said)
                self.assertEqual(len(addresses), 2, said)
                for address in addresses:
                    for route in (LIVENESS, READINESS):
                        with urllib.request.urlopen(address + route, timeout=30) as answer:
                            self.assertEqual(answer.status, 200)
                with urllib.request.urlopen(addresses[0] + READINESS, timeout=30) as answer:
                    self.assertEqual(json.load(answer)["status"], "ready")
            finally:
                server.terminate()
                server.wait(60)
                server.stdout.close()

    def test_the_balancer_asks_whether_the_server_is_ready(self):
        self.assertIn(f"http-check send meth GET uri {READINESS} ", read("haproxy.cfg"))


if __name__ == "__main__":
    main()
