#include "log/lines.hpp"
#include "tests/support/captured_log.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace standings::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::chrono::system_clock::time_point noon{std::chrono::milliseconds{1'767'268'800'042}};

log_record line(std::string_view message, log_fields fields = {}) {
  return {noon, spdlog::level::warn, "scoring", message, fields};
}

TEST(LogLines, AreTextForPeople) {
  EXPECT_EQ(text_line(line("Failed to write")),
            "2026-01-01T12:00:00.042Z warn  [scoring] Failed to write\n");
}

TEST(LogLines, NameTheRequestInText) {
  const std::vector<std::string> both{"r1", "r2"};
  const std::array one{log_field{"request_id", "r1"}, log_field{"users", 3}};
  const std::array many{log_field{"request_ids", both}};
  const std::array none{log_field{"request_id", ""}};
  EXPECT_THAT(text_line(line("m", one)), HasSubstr("[scoring] m request_id=r1\n"));
  EXPECT_THAT(text_line(line("m", many)), HasSubstr("[scoring] m request_ids=r1,r2\n"));
  EXPECT_THAT(text_line(line("m", none)), HasSubstr("[scoring] m\n"));
}

TEST(LogLines, AreObjectsWithFieldsInJson) {
  const std::vector<std::string> both{"r1", "r2"};
  const std::string run{"g"};
  const std::array fields{log_field{"request_ids", both}, log_field{"users", 3},
                          log_field{"dry_run", true},     log_field{"run_id", run},
                          log_field{"trigger", ""},       log_field{"big", std::uint64_t{1} << 40}};
  EXPECT_EQ(json_line(line("m \"q\"", fields)),
            R"({"time":"2026-01-01T12:00:00.042Z","level":"warn","message":"m \"q\"",)"
            R"("component":"scoring","request_ids":["r1","r2"],"users":3,"dry_run":true,)"
            R"("run_id":"g","big":1099511627776})"
            "\n");
}

TEST(LogLines, HaveTheLevelNamesOfTheConfiguration) {
  EXPECT_EQ(level_name(spdlog::level::debug), "debug");
  EXPECT_EQ(level_name(spdlog::level::info), "info");
  EXPECT_EQ(level_name(spdlog::level::warn), "warn");
  EXPECT_EQ(level_name(spdlog::level::err), "error");
  EXPECT_EQ(level_name(spdlog::level::critical), "error");
}

/// What a hostile id may contain.
const std::string hostile = "x\n2026-01-01 error FORGED\r\x1b[31m\x7f\xc2\x9b\u202e\u2028\xff";

TEST(LogLines, StayOneLineWithoutControlCharacters) {
  const std::array fields{log_field{"request_id", hostile}, log_field{"user", hostile}};
  for (const auto& text : {text_line(line(hostile, fields)), json_line(line(hostile, fields))}) {
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    for (const auto* part : {"\r", "\x1b", "\x7f", "\xc2\x9b", "\u202e", "\u2028", "\xff"})
      EXPECT_THAT(text, Not(HasSubstr(part)));
  }
}

TEST(LogLines, KeepWhatWasSaidInJson) {
  const auto parsed = boost::json::parse(json_line(line("a\n\t\"\\ \x1b\u202e \xff €")));
  EXPECT_EQ(parsed.at("message"), "a\n\t\"\\ \x1b\u202e \uFFFD €");
}

TEST(Log, GivesTheSinkComponentLevelAndFields) {
  const captured_log log;
  log_to(log_component::reconcile, {{"run_id", "g1"}}).error("Failed to sync: {}", "why");
  log_to(log_component::http).info("plain");
  EXPECT_THAT(log.text(), HasSubstr(R"("level":"error","message":"Failed to sync: why",)"
                                    R"("component":"reconcile","run_id":"g1"})"));
  EXPECT_THAT(log.text(), HasSubstr(R"("message":"plain","component":"http"})"));
}

TEST(Log, HasALevelPerComponent) {
  const captured_log log;
  set_log_level(log_component::aliases, spdlog::level::debug);
  set_log_level(log_component::http, spdlog::level::err);
  log_to(log_component::aliases).debug("details");
  log_to(log_component::cache).debug("no details");
  log_to(log_component::http).warn("no warning");
  EXPECT_THAT(log.text(), HasSubstr(R"("level":"debug","message":"details")"));
  EXPECT_THAT(log.text(), Not(HasSubstr("no ")));
  set_log_level(log_component::aliases, spdlog::level::info);
  set_log_level(log_component::http, spdlog::level::info);
}

} // namespace
} // namespace standings::test
