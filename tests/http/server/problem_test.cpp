#include "http/server/answer.hpp"
#include "http/server/problem.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <set>

namespace standings {
namespace {

std::vector<errc> all_codes() {
  std::vector<errc> out;
  for (unsigned i = 1; i <= static_cast<unsigned>(errc::internal); ++i)
    out.push_back(static_cast<errc>(i));
  return out;
}

TEST(Problem, GivesEveryCodeAnErrorStatusAndANameOfItsOwn) {
  std::set<std::string> names;
  for (const auto code : all_codes()) {
    const auto name = to_string(code);
    EXPECT_TRUE(status_of(code) >= 400 && status_of(code) < 600) << name;
    EXPECT_TRUE(names.insert(name).second) << name << " is the name of two codes";
    EXPECT_NE(name, "none") << static_cast<int>(code);
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string::npos) << name;
  }
}

TEST(Problem, CallsOnlyDefectsAnInternalError) {
  for (const auto code : all_codes())
    EXPECT_EQ(status_of(code) == 500, code == errc::internal) << to_string(code);
}

TEST(Problem, MapsCodesAsTheApiPromises) {
  const std::vector<std::pair<errc, int>> promised{
      {errc::malformed, 400},
      {errc::unauthorized, 401},
      {errc::forbidden, 403},
      {errc::unknown_period, 404},
      {errc::unknown_user, 404},
      {errc::unknown_alias, 404},
      {errc::unknown_route, 404},
      {errc::unknown_session, 404},
      {errc::method_not_allowed, 405},
      {errc::request_timeout, 408},
      {errc::idempotency_conflict, 409},
      {errc::run_in_progress, 409},
      {errc::feature_disabled, 409},
      {errc::body_too_large, 413},
      {errc::unsupported_media_type, 415},
      {errc::invalid_user_id, 422},
      {errc::invalid_count, 422},
      {errc::invalid_session, 422},
      {errc::out_of_range, 422},
      {errc::score_overflow, 422},
      {errc::rate_limited, 429},
      {errc::headers_too_large, 431},
      {errc::store_unavailable, 503},
      {errc::outcome_unknown, 503},
      {errc::cache_warming, 503},
      {errc::overloaded, 503},
      {errc::timed_out, 503},
      {errc::shutting_down, 503},
  };
  for (const auto& [code, status] : promised)
    EXPECT_EQ(status_of(code), status) << to_string(code);
}

TEST(Problem, TellsWhenToTryAgainExactlyWhereThatMayHelp) {
  for (const auto code : all_codes()) {
    const auto answer = problem_answer(fail(code), "id");
    const auto tells = std::count_if(answer.headers.begin(), answer.headers.end(),
                                     [](const auto& h) { return h.first == "Retry-After"; });
    const bool may_help = answer.status == 503 || answer.status == 429;
    EXPECT_EQ(tells, may_help ? 1 : 0) << to_string(code);
  }
}

TEST(Problem, IsAnRfc9457Document) {
  const auto document =
      boost::json::parse(problem_json(fail(errc::invalid_count, "why", "count"), "id-1"));
  EXPECT_EQ(document, boost::json::parse(R"({
    "type": "urn:standings:problem:invalid_count", "title": "Invalid count", "status": 422,
    "detail": "why", "code": "invalid_count", "request_id": "id-1", "field": "count"})"));
}

TEST(Problem, LeavesTheFieldOutWhereNoneIsToBlameAndAlwaysHasADetail) {
  for (const auto code : all_codes()) {
    const auto document = boost::json::parse(problem_json(fail(code), "id")).as_object();
    EXPECT_FALSE(document.contains("field")) << to_string(code);
    EXPECT_FALSE(document.at("detail").as_string().empty()) << to_string(code);
    EXPECT_FALSE(document.at("title").as_string().empty()) << to_string(code);
  }
}

TEST(Problem, EscapesWhatTheCallerSent) {
  const auto text = problem_json(fail(errc::malformed, "a\"b\n\x01", "f\\"), "id");
  const auto document = boost::json::parse(text);
  EXPECT_EQ(document.at("detail").as_string(), "a\"b\n\x01");
  EXPECT_EQ(document.at("field").as_string(), "f\\");
}

TEST(Problem, IsUtf8WhateverTheCallerSent) {
  const auto text = problem_json(fail(errc::malformed, "a\xff", "\xed\xa0\x80"), "id");
  const auto document = boost::json::parse(text);
  EXPECT_EQ(document.at("detail").as_string(), "a\xef\xbf\xbd");
  EXPECT_EQ(text.find('\xed'), std::string::npos);
}

TEST(ProblemAnswer, ChallengesTheUnauthorized) {
  const auto answer = problem_answer(fail(errc::unauthorized), "id");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.content_type, "application/problem+json");
  ASSERT_EQ(answer.headers.size(), 1U);
  EXPECT_EQ(answer.headers[0], (std::pair<std::string, std::string>{"WWW-Authenticate", "Bearer"}));
}

} // namespace
} // namespace standings
