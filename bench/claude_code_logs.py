"""Session logs as Claude Code writes them, made up: what bench/import.py reads.

A turn is what was typed or a tool's result (1 to 50 kB, twice, as the program does: once for the model, once for its
own screen), then an answer of one to three lines with the same message id, then lines of hooks. Every tenth session has
a sub-agent in a file of its own, every twentieth is forked, history and all."""
import datetime
import json
import random
import uuid

WORDS = ("return const value = await self.client.get(path) if not found: raise Error('no such file') # see \"notes\"\t"
         "for (auto& entry : table) { total += entry.size(); } /usr/lib/python3 ünïcödé 表 ✓ <div class=\"row\"> \\d+ "
         "test_reader.py::test_empty PASSED [ 42%] 0x7ffe 3.14159 -- diff --git a/src b/src @@ -10,7 +10,9 @@").split(" ")
START = 1_790_000_000  # September 2026


def stamp(milliseconds):
    at = datetime.datetime.fromtimestamp(START + milliseconds // 1000, datetime.timezone.utc)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


class Session:
    """Lines of one conversation; `agent` for a sub-agent's."""

    def __init__(self, draw, texts, agent=None, session=None):
        self.draw, self.texts, self.agent = draw, texts, agent
        self.session = session or str(uuid.UUID(int=draw.getrandbits(128)))
        self.clock = draw.randrange(30 * 86_400_000)
        self.parent, self.context, self.lines = None, 15_000, []

    def text(self, least, most):
        """Log-uniform in length; a piece of one of the ready texts, since making them is what takes time."""
        size = int(least * (most / least) ** self.draw.random())
        text = self.draw.choice(self.texts)
        begin = self.draw.randrange(len(text) - size)
        return text[begin:begin + size]

    def line(self, kind, members):
        self.clock += self.draw.randrange(20, 4000)
        own = str(uuid.UUID(int=self.draw.getrandbits(128)))
        line = {"parentUuid": self.parent, "isSidechain": self.agent is not None, "userType": "external",
                "cwd": "/srv/project", "sessionId": self.session, "version": "2.1.201", "gitBranch": "main"}
        if self.agent:
            line["agentId"] = self.agent
        line |= {"type": kind, **members, "uuid": own, "timestamp": stamp(self.clock)}
        self.parent = own
        self.lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")))

    def turn(self, first):
        tool = f"toolu_{self.draw.getrandbits(96):024x}"
        if first:
            self.line("user", {"message": {"role": "user", "content": self.text(20, 2000)}})
        else:
            result = self.text(1000, 50_000)
            self.line("user", {"message": {"role": "user", "content": [
                {"tool_use_id": tool, "type": "tool_result", "content": result}]},
                "toolUseResult": {"stdout": result, "stderr": "", "interrupted": False, "isImage": False}})
        self.answer(tool)
        for _ in range(self.draw.randrange(1, 4)):
            self.line("progress", {"data": {"type": "hook_progress", "hookEvent": "PostToolUse", "hookName":
                                            "PostToolUse:Read", "command": "callback"}, "parentToolUseID": tool})

    def answer(self, tool):
        written, read = self.draw.randrange(200, 6000), self.context
        self.context = min(self.context + written, 190_000)
        blocks = [{"type": "thinking", "thinking": self.text(100, 2000), "signature": self.text(300, 900)},
                  {"type": "text", "text": self.text(50, 1500)},
                  {"type": "tool_use", "id": tool, "name": "Bash", "input": {"command": self.text(30, 1500)}}]
        blocks = blocks[self.draw.randrange(3):]
        output = self.draw.randrange(50, 2500)
        message = f"msg_{self.draw.getrandbits(96):024x}"
        request = f"req_{self.draw.getrandbits(96):024x}"
        for place, block in enumerate(blocks):
            last = place == len(blocks) - 1
            usage = {"input_tokens": self.draw.randrange(1, 12) if place == 0 else usage["input_tokens"],
                     "cache_creation_input_tokens": written, "cache_read_input_tokens": read,
                     "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": written},
                     "output_tokens": output if last else 3, "service_tier": "standard"}
            self.line("assistant", {"message": {
                "model": "claude-haiku-4-5-20251001" if self.agent else "claude-opus-5-5", "id": message,
                "type": "message", "role": "assistant", "content": [block],
                "stop_reason": "tool_use" if last else None, "stop_sequence": None, "usage": usage},
                "requestId": request})


def write(folder, size, seed=1):
    """About `size` bytes of logs below `folder`; how many bytes they are."""
    draw = random.Random(seed)
    texts = [" ".join(draw.choices(WORDS, k=25_000)).replace("@@ ", "\n") for _ in range(8)]
    project = folder / "-srv-project"
    project.mkdir(parents=True)
    total, count, former = 0, 0, None

    def save(path, lines):
        nonlocal total
        path.parent.mkdir(parents=True, exist_ok=True)
        total += path.write_bytes("".join(line + "\n" for line in lines).encode())

    while total < size:
        session = Session(draw, texts)
        if former and count % 20 == 0:
            session.lines = former.lines[:len(former.lines) // 2]
        for turn in range(draw.randrange(5, 150)):
            session.turn(turn % 12 == 0)
        save(project / f"{session.session}.jsonl", session.lines)
        if count % 10 == 0:
            agent = Session(draw, texts, f"a{draw.getrandbits(24):06x}", session.session)
            for turn in range(draw.randrange(3, 40)):
                agent.turn(turn == 0)
            save(project / session.session / "subagents" / f"agent-{agent.agent}.jsonl", agent.lines)
        former, count = session, count + 1
    return total
