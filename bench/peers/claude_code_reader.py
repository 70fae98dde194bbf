#!/usr/bin/python3
"""Peer: the calls of Claude Code's session logs as one would read them in Python: json.loads of each line, the last
word on each message id. Prints one line of JSON. Run as: claude_code_reader.py FILE..."""
import json
import sys


def main():
    calls = {}
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row.get("type") != "assistant" or "usage" not in row["message"]:
                    continue
                usage = row["message"]["usage"]
                tokens = (usage["output_tokens"], usage["input_tokens"] + usage["cache_creation_input_tokens"] +
                          usage["cache_read_input_tokens"])
                calls[row["message"]["id"]] = max(tokens, calls.get(row["message"]["id"], (0, 0)))
    print(json.dumps({"calls": len(calls), "input_tokens": sum(tokens[1] for tokens in calls.values()),
                      "output_tokens": sum(tokens[0] for tokens in calls.values())}))


if __name__ == "__main__":
    main()
