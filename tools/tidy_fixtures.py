"""Fixtures of check_tidy: (rule that the text violates or None, path, text). See checking.run."""
HEADER = "// What this is,\n// and what it promises.\n#pragma once\n"


def body(lines):
    return "int f() {\n" + "  work();\n" * lines + "}\n"


def coroutine(statement):
    return "Task<void> run(Api& api) {\n  " + statement + "\n}\n"


FIXTURES = [
    ("file-length", "src/api/x.cpp", "int x;\n" * 401),
    (None, "src/api/x.cpp", "int x;\n" * 400),
    (None, "src/api/x.cpp", "// tidy: allow(file-length) one table\n" + "int x;\n" * 401),
    ("function-length", "src/api/x.cpp", body(61)),
    ("function-length", "src/api/x.cpp", "struct X {\n" + body(61) + "};\n"),
    ("function-length", "src/api/x.cpp", "X::X(int a) noexcept : a_(a) {\n" + "  work();\n" * 61 + "}\n"),
    (None, "src/api/x.cpp", body(59)),
    (None, "src/api/x.cpp", "namespace {\n" + body(40) + body(40) + "}\n"),
    (None, "src/api/x.cpp", "const int kTable[] = {\n" + "  1,\n" * 80 + "};\n"),
    ("line-length", "src/api/x.cpp", "// " + "word " * 20 + "\n"),
    ("pragma-once", "src/api/x.hpp", "// What this is,\n// and what it promises.\n#ifndef X\n#endif\n"),
    ("header-comment", "src/api/x.hpp", "// One line.\n#pragma once\n"),
    ("header-comment", "src/api/x.hpp", "// Many lines.\n" * 7 + "#pragma once\n"),
    (None, "src/api/x.hpp", HEADER + "int f();\n"),
    (None, "src/api/x.hpp", "// This and\n// that.\n//\n//   example();\n" + "//   more();\n" * 5 + "#pragma once\n"),
    ("include-order", "src/api/x.cpp", '#include <vector>\n#include "api/x.hpp"\n#include <fmt/core.h>\n'),
    ("include-order", "src/api/x.cpp", '#include <vector>\n#include <array>\n'),
    ("include-order", "src/api/x.cpp", '#include <fmt/core.h>\n\n#include <array>\n'),
    (None, "src/api/x.cpp",
     '#include "api/x.hpp"\n\n#include <array>\n\n#include <fmt/core.h>\n\n#include "api/a.hpp"\n'),
    ("using-namespace", "src/api/x.hpp", HEADER + "using namespace std;\n"),
    (None, "src/api/x.hpp", HEADER + "using namespace std::string_view_literals;\n"),
    ("float", "src/api/x.cpp", "float x = 1;\n"),
    (None, "src/api/x.cpp", "// a float\ndouble floating = 1;\n"),
    ("double-quantity", "src/policy/x.cpp", "double input_tokens = 1;\n"),
    (None, "src/policy/x.cpp", "double token_factor = 1;\n"),
    (None, "src/stats/x.cpp", "double input_tokens = 1;\n"),
    ("feature", "src/api/x.cpp", "auto x = std::make_shared<int>(1);\n"),
    ("feature", "src/api/x.cpp", "int* x = new int;\n"),
    (None, "src/api/x.cpp", "return std::unique_ptr<X>(new X(1));  // its constructor is private\n"),
    (None, "src/api/x.cpp", "X* x = ::new (place) X(1);\n"),
    ("co-await", "src/engine/x.cpp", coroutine("co_await api.send(Request{.id = 1});")),
    ("co-await", "src/engine/x.cpp", coroutine("co_await api.send({1, 2});")),
    ("co-await", "src/engine/x.cpp", coroutine("Outcome outcome{co_await api.send(request)};")),
    ("co-await", "src/engine/x.cpp", coroutine("use(Pair{1, 2}, co_await api.send(request));")),
    ("co-await", "src/engine/x.cpp", coroutine("co_await on([&] { go(); });")),
    ("co-await", "src/engine/x.cpp", coroutine("co_await on([n](int i) noexcept -> int\n{ return i; });")),
    (None, "src/engine/x.cpp", coroutine("const Outcome outcome = co_await api.send(std::move(request));")),
    (None, "src/engine/x.cpp", coroutine("if (co_await api.send(request)) {\n    go();\n  }")),
    (None, "src/engine/x.cpp", coroutine("while (more) {\n    co_await wait(items[3]);\n  }")),
    (None, "src/engine/x.cpp", coroutine("Request request{.id = 1};\n  co_await api.send(request);")),
    (None, "src/engine/x.cpp", "Task<void> run() {\n  co_await go();\n}\n"),
    (None, "src/engine/x.cpp", "auto run = [](Api& api) -> Task<void> {\n  co_await api.go();\n};\n"),
    ("unordered-loop", "src/metrics/x.cpp",
     "std::unordered_map<int, std::vector<int>> cells_;\nvoid f() { for (auto& c : cells_) use(c); }\n"),
    (None, "src/metrics/x.cpp", "std::unordered_map<int, int> cells_;\nvoid f() { cells_.find(1); }\n"),
    ("unfinished", "src/api/x.cpp", "// TO" "DO: later\n"),
    ("unfinished", "tests/unit/api/x_test.cpp", "// FIX" "ME\n"),
    ("dead-code", "src/api/x.cpp", "  // return old_value;\n"),
    ("dead-code", "src/api/x.cpp", "// if (x) {\n"),
    ("dead-code", "src/api/x.cpp", '// #include "api/old.hpp"\n'),
    ("dead-code", "src/api/x.cpp", "// outcome = send(request);\n"),
    (None, "src/api/x.cpp", "// the probability beyond it on its own side (of the median);\n// never 0.\n"),
    (None, "src/api/x.cpp", "// Returned early; the rest waits.\n//   example(x);\n"),
    ("allow-marker", "src/api/x.cpp", "int x;  // tidy: allow(float)\n"),
    (None, "src/api/x.cpp", "float x;  // tidy: allow(float) the format has one\n"),
    ("machine-path", "src/api/x.cpp", '// see /ro' 'ot/notes\n'),
    ("machine-path", "tests/x.cpp", 'open("/ho' 'me/me/trace.csv");\n'),
    (None, "src/api/x.cpp", "// tests/golden/work/x and https://example.org/work/\n"),
    ("registry-host", "src/api/x.cpp", "// from py" "pi.org\n"),
]
