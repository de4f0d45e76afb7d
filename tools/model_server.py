#!/usr/bin/env python3
"""An OpenAI-compatible server of one local model file, on loopback.

    python model_server.py -m MODEL.gguf --port 18135 [-c 4096] [-np 1] [-t 1] [--alias NAME] [--swa-full]

The options mean what they mean to llama-server: this is its native HTTP server, taken from the
package xllamacpp, which ships it prebuilt as a library. It runs until SIGTERM or SIGINT.
`tools/record` and `tools/live_demo` install the package and start this file; nothing of it is
part of Fulcrum, which talks to any server of this interface.
"""

import argparse
import signal
import threading

import xllamacpp


def options():
    parser = argparse.ArgumentParser(description="serve one model file on 127.0.0.1")
    add = parser.add_argument
    add("-m", dest="model", required=True, help="model file (GGUF)")
    add("--port", type=int, default=8080)
    add("-c", dest="context", type=int, default=4096, help="tokens of context, shared by the slots")
    add("-np", dest="slots", type=int, default=1, help="answers in flight")
    add("-t", dest="threads", type=int, default=1)
    add("--alias", help="model name that the server reports")
    add("--swa-full", action="store_true", help="keep the whole window, or sliding-window models cache nothing")
    return parser.parse_args()


def main():
    opt = options()
    params = xllamacpp.CommonParams()
    params.model.path = opt.model
    params.hostnames = ["127.0.0.1"]
    params.port = opt.port
    params.n_ctx = opt.context
    params.n_parallel = opt.slots
    params.cpuparams.n_threads = opt.threads
    params.cpuparams_batch.n_threads = opt.threads
    params.use_jinja = True
    params.ui = False
    params.endpoint_metrics = True
    params.swa_full = opt.swa_full
    if opt.alias:
        params.model_alias = {opt.alias}
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server = xllamacpp.Server(params)
    stop.wait()
    del server


if __name__ == "__main__":
    main()
