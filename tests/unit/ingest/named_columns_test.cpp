#include "ingest/named_columns.hpp"

#include "import_fixtures.hpp"

using namespace sluice;
using namespace sluice::ingest;

TEST_CASE("columns are found by well-known names, whatever their case and hyphens") {
  const Imported imported = import_text(
      "ID,Created_At,Model-Name,Prompt Tokens,completion_tokens,Session ID,prompt\n"
      "1,2026-01-02T03:04:05.5Z,claude-opus-5,100,20,abc,hello\n");
  CHECK(imported.error.empty());
  REQUIRE(imported.calls.size() == 1);
  const TraceRequest& request = imported.calls[0].request;
  CHECK(imported.facts.has_dates);
  CHECK(request.at == seconds(1'767'323'045) + milliseconds(500));
  CHECK(request.input_tokens == 100);
  CHECK(request.output_tokens == 20);
  CHECK(request.model == "claude-opus-5");
  CHECK(request.session.has_value());
}

TEST_CASE("a column that was said goes before one of our name, and that before a well-known one") {
  const ImportOptions said = {.columns = {{"input_tokens", "billed"}}};
  const Imported first =
      import_text("at,input_tokens,billed,prompt_tokens,output_tokens\n1,2,3,4,5\n", said);
  CHECK(inputs_of(first) == std::vector<std::int64_t>{3});
  const Imported second = import_text("at,prompt_tokens,input_tokens,output_tokens\n1,2,3,4\n");
  CHECK(inputs_of(second) == std::vector<std::int64_t>{3});
  const Imported times = import_text("timestamp,at_ms,input_tokens,output_tokens\n7,2000,3,4\n");
  REQUIRE(times.calls.size() == 1);
  CHECK(times.calls[0].request.at == seconds(2));
}

TEST_CASE("two columns that could be one of ours are an error that asks") {
  const Imported imported = import_text("time,created_at,input_tokens,output_tokens\n1,2,3,4\n",
                                        {.format = LogFormat::kCsv});
  CHECK_THAT(imported.error, Catch::Contains("two columns could be at; say which is"));
}

TEST_CASE("JSON lines follow the same names") {
  const Imported imported = import_text(
      "{\"ts\": 1700000000123, \"prompt_tokens\": \"12\", \"completion_tokens\": 3.0, \"user\": "
      "{\"name\": \"n\"}}\n"
      "{\"ts\": 1700000000456, \"prompt_tokens\": 13, \"completion_tokens\": 4, \"at_ms\": null}\n"
      "{\"ts\": 1, \"prompt_tokens\": [1], \"completion_tokens\": 4}\n");
  CHECK(imported.error.empty());
  CHECK(imported.facts.format == LogFormat::kJsonl);
  CHECK(imported.facts.has_dates);
  CHECK(inputs_of(imported) == std::vector<std::int64_t>{12, 13});
  CHECK(imported.calls[0].request.at == milliseconds(1'700'000'000'123));
  CHECK(imported.facts.bad_rows == 1);
}

TEST_CASE("a bad value is told with the file's own name of its column") {
  const auto problem = [](std::string_view text) {
    const Imported imported = import_text(text, {.columns = {{"output_tokens", "use.out"}}});
    REQUIRE(imported.facts.bad_row_examples.size() == 1);
    return imported.facts.bad_row_examples[0].message;
  };
  const std::string good = "1,2,3\n";
  CHECK_THAT(problem("at,Prompt Tokens,use.out\n1,-2,3\n" + good),
             Catch::StartsWith("input_tokens") && Catch::EndsWith(" (column Prompt Tokens)"));
  CHECK_THAT(problem("at,Prompt Tokens,use.out\nx,2,3\n" + good),
             Catch::StartsWith("at ") && !Catch::Contains("column"));
  const std::string lines = R"({"at": 1, "prompt_tokens": 2, "use": {"out": 3}})";
  CHECK_THAT(problem(R"({"at": 1, "prompt_tokens": 2, "use": {"out": []}})"
                     "\n" +
                     lines),
             Catch::StartsWith("output_tokens") && Catch::EndsWith(" (column use.out)"));
}

TEST_CASE("names of ours that are none, or said twice, are errors of usage") {
  const auto problem = [](NamedColumns::Pairs pairs) {
    return import_text("a,b,c\n1,2,3\n", {.format = LogFormat::kCsv, .columns = std::move(pairs)})
        .error;
  };
  CHECK(problem({{"cache_read", "a"}}) ==
        "columns: \"cache_read\" is not one of at, at_ms, input_tokens, output_tokens, "
        "thinking_tokens, max_tokens, session, model, cached_prefix_id, cached_prefix_tokens, "
        "block_ids, cache_read_input_tokens, cache_creation_input_tokens, "
        "cache_creation_1h_input_tokens");
  CHECK_THAT(problem({{"x_mine", "a"}}), Catch::StartsWith("columns: \"x_mine\" is not one of"));
  CHECK_THAT(problem({{"at", "a"}, {"at", "b"}}), Catch::Contains("said before"));
  CHECK_THAT(problem({{"at", "a"}, {"input_tokens", "a"}}), Catch::Contains("said before"));
}

TEST_CASE("a name of ours that is none is not blamed on a file whose format is not named") {
  for (const std::string_view text : {"at,input_tokens,output_tokens\n1,2,3\n", "dear diary\n"}) {
    const Imported imported = import_text(text, {.columns = {{"nope", "at"}}});
    CHECK_THAT(imported.error, Catch::StartsWith("columns: \"nope\" is not one of at, "));
  }
}

TEST_CASE("columns that were said make any CSV readable, and detected") {
  const Imported imported = import_text(
      "a,b,c\n1,2,3\n", {.columns = {{"at", "a"}, {"input_tokens", "b"}, {"output_tokens", "c"}}});
  CHECK(imported.error.empty());
  CHECK(inputs_of(imported) == std::vector<std::int64_t>{2});
}

TEST_CASE(
    "a column called x_ is passed over as all are whose names begin so, and one without a name") {
  const Imported imported = import_text(
      "at,input_tokens,output_tokens,x_,\n"
      "1,1000,20,900,900\n"
      "2,1000,20,words,words\n");
  CHECK(imported.error.empty());
  CHECK(imported.facts.bad_rows == 0);
  REQUIRE(imported.calls.size() == 2);
  CHECK_FALSE(imported.calls[0].usage.has_value());
}

TEST_CASE("a unit of time is told by a number's size") {
  struct Row {
    std::string_view text;
    std::int64_t nanoseconds;
  };
  const Row rows[] = {
      {"0.25", 250'000'000},
      {"1700000000", 1'700'000'000'000'000'000},
      {"1700000000.1234567891", 1'700'000'000'123'456'789},
      {"1700000000123", 1'700'000'000'123'000'000},
      {"1700000000123456", 1'700'000'000'123'456'000},
      {"1700000000123456789", 1'700'000'000'123'456'789},
      {"1.7e9", 1'700'000'000'000'000'000},
  };
  for (const Row& row : rows) {
    const Imported imported =
        import_text(fmt::format("at,input_tokens,output_tokens\n{},1,1\n", row.text));
    INFO(row.text);
    REQUIRE(imported.calls.size() == 1);
    CHECK(ns(imported.calls[0].request.at) == row.nanoseconds);
  }
}

TEST_CASE("nothing that a row says leaves but numbers, hashes and names of models") {
  const std::string secret = "hunter2 correct horse";
  const Imported csv = import_text(fmt::format(
      "at,input_tokens,output_tokens,session,model,prompt,cached_prefix_id,cached_prefix_tokens\n"
      "1,2,3,{0},m,{0},{0},1\n"
      "{0},2,3,s,m,p,c,1\n"
      "1,{0},3,s,m,p,c,1\n"
      "2,2,3,4111111111111111,m,p,c,1\n"
      "3,2,3,s,m,p,c,1\n"
      "4,2,3,s,m,p,\"{0}\"{0},1\n",
      secret));
  CHECK(csv.calls.size() == 3);
  CHECK(csv.facts.bad_rows == 3);
  CHECK(all_words(csv).find("hunter2") == std::string::npos);
  CHECK(all_words(csv).find("4111111111111111") == std::string::npos);
  const Imported json = import_text(
      fmt::format("{{\"at\": 1, \"input_tokens\": 2, \"output_tokens\": 3, \"session\": \"{0}\"}}\n"
                  "{{\"at\": 2, \"input_tokens\": 2, \"output_tokens\": 3, \"x\": \"{0}\"}}\n"
                  "{{\"at\": 2, \"input_tokens\": \"{0}\", \"output_tokens\": 3}}\n"
                  "{{\"at\": \"{0}\", \"input_tokens\": 2, \"output_tokens\": 3}}\n",
                  secret));
  CHECK(json.calls.size() == 2);
  CHECK(json.facts.bad_rows == 2);
  CHECK(all_words(json).find("hunter2") == std::string::npos);
}

TEST_CASE("a column that was said and is not in the header is an error, not passed over") {
  const Imported imported = import_text("at,input_tokens,output_tokens\n1,2,3\n",
                                        {.columns = {{"input_tokens", "nope"}}});
  CHECK_THAT(
      imported.error,
      Catch::Contains("the header has no column of the name that was said for input_tokens"));
}

TEST_CASE("a name that was said and that no row of JSON lines has is an error at the end") {
  constexpr std::string_view kRows =
      "{\"at\":1,\"input_tokens\":2,\"output_tokens\":3,\"usage\":{\"in\":4}}\n"
      "{\"at\":2,\"input_tokens\":2,\"output_tokens\":3}\n";
  const auto problem = [&](const std::string& ours, const std::string& theirs) {
    return import_text(kRows, {.columns = {{ours, theirs}}}).error;
  };
  CHECK_THAT(problem("session", "nope"),
             Catch::EndsWith("log: no row has \"nope\", which was said for session"));
  CHECK_THAT(problem("input_tokens", "usage.zz"),
             Catch::EndsWith("log: no row has \"usage.zz\", which was said for input_tokens"));
  CHECK(problem("input_tokens", "usage.in").empty());
}

TEST_CASE("a name that was said is there if one row of one file has it, a null or a bad row too") {
  const TemporaryFolder folder;
  const std::string first =
      write_file(folder, "a.jsonl", "{\"at\":1,\"input_tokens\":2,\"output_tokens\":3}\n");
  const auto problem = [&](std::string_view text) {
    const std::string second = write_file(folder, "b.jsonl", text);
    return import_all({.paths = {first, second}, .columns = {{"session", "chat.id"}}}).error;
  };
  CHECK_THAT(problem("{\"at\":2,\"input_tokens\":2,\"output_tokens\":3,\"chat\":{}}\n"),
             Catch::EndsWith("no row has \"chat.id\", which was said for session"));
  CHECK(problem("{\"at\":2,\"input_tokens\":2,\"output_tokens\":3,\"chat\":{\"id\":null}}\n")
            .empty());
  CHECK(problem("{\"at\":2,\"input_tokens\":2,\"chat\":{\"id\":7}}\n").empty());
}

TEST_CASE("a format with columns of its own takes none that were said, named or detected") {
  const std::string text =
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n";
  for (const std::string& named : log_format_names()) {
    const LogFormat format = *log_format_named(named);
    if (format == LogFormat::kCsv || format == LogFormat::kJsonl) continue;
    CHECK(import_text(text, {.format = format, .columns = {{"input_tokens", "zz"}}}).error ==
          "columns: the format " + named +
              " has its own; name csv or jsonl before the files to read them by these columns");
  }
  CHECK_THAT(import_text(text, {.columns = {{"input_tokens", "zz"}}}).error,
             Catch::StartsWith("columns: the format azure has its own"));
}

TEST_CASE("members of objects inside JSON rows are columns where that is said, and only there") {
  const ImportOptions said = {.format = LogFormat::kJsonl,
                              .columns = {{"at", "meta.when"},
                                          {"input_tokens", "usage.tokens.in"},
                                          {"output_tokens", "usage.tokens.out"}}};
  const Imported imported = import_text(
      "{\"meta\":{\"when\":1,\"input_tokens\":9},\"usage\":{\"tokens\":{\"in\":12,\"out\":3}}}\n"
      "{\"usage\":{\"tokens\":{\"out\":4,\"in\":13}},\"meta\":{\"when\":2},\"x\":[{}]}\n"
      "{\"meta.when\":3,\"usage.tokens.in\":14,\"usage\":{\"tokens\":{\"out\":5}}}\n"
      "{\"meta\":7,\"usage\":{\"tokens\":[]}}\n",
      said);
  CHECK(imported.error.empty());
  CHECK(inputs_of(imported) == std::vector<std::int64_t>{12, 13, 14});
  CHECK(imported.calls[0].request.at == seconds(1));
  CHECK(imported.calls[2].request.output_tokens == 5);
  CHECK(imported.facts.bad_rows == 1);
}

TEST_CASE("a row without a name that was said is told that name, not to say one") {
  const Imported imported = import_text(
      "{\"usage\":{\"in\":9},\"meta\":{\"ms\":5},\"output_tokens\":3}\n"
      "{\"usage\":{\"in\":9},\"meta\":{\"ms\":5},\"output_tokens\":3}\n"
      "{\"usage\":{\"in\":9},\"meta\":{\"ms\":5},\"output_tokens\":3}\n"
      "{\"usage\":{},\"meta\":{\"ms\":5},\"output_tokens\":3}\n"
      "{\"usage\":{\"in\":9},\"meta\":{},\"output_tokens\":3}\n"
      "{\"usage\":{\"in\":9},\"meta\":{\"ms\":5}}\n",
      {.columns = {{"input_tokens", "usage.in"}, {"at_ms", "meta.ms"}}});
  CHECK(imported.error.empty());
  const Errors& problems = imported.facts.bad_row_examples;
  REQUIRE(problems.size() == 3);
  CHECK(problems[0].message == "usage.in is missing, which was said for input_tokens");
  CHECK(problems[1].message == "meta.ms is missing, which was said for at_ms");
  CHECK(problems[2].message == "output_tokens is missing; say which column it is (OURS=ITS NAME)");
}

TEST_CASE("columns of cached tokens say what was billed") {
  const Imported imported = import_text(
      "at,input_tokens,output_tokens,thinking_tokens,cache_read_tokens,cache write tokens,"
      "cache_creation_1h_input_tokens\n"
      "1,1000,20,5,600,300,100\n"
      "2,7,20,,600,300,\n"
      "3,50,20,,,,\n");
  CHECK(imported.error.empty());
  REQUIRE(imported.calls.size() == 3);
  const ImportedCall& whole = imported.calls[0];
  REQUIRE(whole.usage.has_value());
  CHECK(whole.usage->input_tokens == 100);
  CHECK(whole.usage->cache_read_input_tokens == 600);
  CHECK(whole.usage->cache_creation_5m_input_tokens == 200);
  CHECK(whole.usage->cache_creation_1h_input_tokens == 100);
  CHECK(whole.usage->output_tokens == 25);
  CHECK(whole.request.input_tokens == 1000);
  CHECK(whole.request.output_tokens == 20);
  CHECK(whole.request.thinking_tokens == 5);
  // The cached part does not fit into the prompt: it comes on top.
  CHECK(imported.calls[1].request.input_tokens == 907);
  // Of a log that knows caches, a row that names none of them cached nothing.
  REQUIRE(imported.calls[2].usage.has_value());
  CHECK(imported.calls[2].usage->input_tokens == 50);

  const Imported lines = import_text(
      "{\"ts\":1,\"model\":\"m\",\"output_tokens\":2,\"input_tokens\":9,\"usage\":{\"hit\":8}}\n",
      {.format = LogFormat::kJsonl, .columns = {{"cache_read_input_tokens", "usage.hit"}}});
  REQUIRE(lines.calls.size() == 1);
  REQUIRE(lines.calls[0].usage.has_value());
  CHECK(lines.calls[0].usage->input_tokens == 1);
}
