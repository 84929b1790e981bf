#include "config/loader.hpp"
#include "config/redis_url.hpp"
#include "core/aliases/alias_values.hpp"
#include "core/base/foreign_json.hpp"
#include "core/base/foreign_time.hpp"
#include "core/base/validate.hpp"
#include "core/base/web_origin.hpp"
#include "core/leaderboard/details_json.hpp"
#include "core/limits/client_address.hpp"
#include "core/reconcile/run_report_json.hpp"
#include "core/sessions/session.hpp"
#include "http/api/leaderboard_json.hpp"
#include "http/server/auth.hpp"
#include "http/server/host_field.hpp"
#include "http/server/request.hpp"
#include "tests/fuzz/request_path.hpp"

#include <array>
#include <cstdint>
#include <fstream>

namespace {

using namespace standings;
using test::report_defect;

constexpr std::int64_t max_count = 10'000;

void expect(bool holds, const char* what) {
  if (!holds)
    report_defect(what);
}

void check_update(const score_update& update) {
  expect(validate_user_id(update.user_id).has_value(), "an update has a user id that is none");
  expect(validate_count(update.count, max_count).has_value(), "an update has no valid count");
}

void read_bodies(std::string_view text) {
  if (const auto update = parse_update(text, max_count))
    check_update(*update);
  const auto batch = parse_batch(text, max_count);
  if (!batch)
    return;
  for (const auto& item : *batch)
    if (item.problem.code == errc::none)
      check_update(item.update);
}

void read_target(std::string_view text) {
  request rq;
  rq.query = query_params(text);
  [[maybe_unused]] const auto segments = path_segments(text);
  for (const auto& [name, value] : rq.query)
    if (const auto number = int_param(rq, name, 1, 1'000, 10))
      expect(*number >= 1 && *number <= 1'000, "a number is out of its range");
}

void read_headers(std::string_view text) {
  static const trusted_proxies trusted{{"127.0.0.1", "10.0.0.0/8", "fd00::/8"}};
  const std::array values{text.substr(0, text.find('\n')),
                          text.substr(std::min(text.size(), text.find('\n')))};
  const auto peer = ip_address::parse("127.0.0.1").value_or(ip_address{});
  for (const auto& said : {forwarding_fields{values, {}}, forwarding_fields{{}, values}})
    expect(!client_address(peer, said, trusted).text().empty(), "a client has no address");
  if (is_host_field(text))
    expect(host_of(text).size() <= text.size(), "a Host has grown");
  [[maybe_unused]] const bool judged[] = {is_loopback(text), is_web_origin(text),
                                          is_host_name(text),
                                          validate_idempotency_key(text).has_value()};
  header_fields fields;
  fields.add("X-Request-Id", text);
  fields.add("Content-Length", text);
  fields.add("Connection", text);
  [[maybe_unused]] const bool closes = fields.has_token("Connection", "close");
  expect(validate_idempotency_key(request_id_of(fields)).has_value(), "a request has a bad id");
  if (const auto framing = framing_of(fields, 1'000))
    expect(framing->length <= 1'000, "a body is longer than allowed");
}

void read_details(std::string_view text) {
  [[maybe_unused]] const bool foreign = holds_foreign_score(text);
  [[maybe_unused]] const auto shown = shown_scores(text);
  for (const auto board : all_periods)
    if (const auto range = find_score(text, board))
      expect(range->first <= range->last && range->last <= text.size(), "a score is elsewhere");
  const auto details = parse_details(text);
  if (!details)
    return;
  const auto again = parse_details(details_json(details->user, {}));
  expect(again && again->user.score == details->user.score, "details do not keep their scores");
}

void read_session(std::string_view text) {
  [[maybe_unused]] const auto hinted = hinted_session(text);
  const auto session = parse_session("a", text, 4'096);
  if (!session || !session->ours)
    return;
  expect(validate_session_id(session->session.id).has_value(), "a session has no valid id");
  for (const auto& message : session->session.messages)
    expect(is_valid_utf8(message.content), "a message cannot be stored");
}

void read_foreign(std::string_view text) {
  [[maybe_unused]] const auto json = readable_json(text);
  [[maybe_unused]] const auto time = parse_foreign_time(text);
  [[maybe_unused]] const auto aliases = parse_alias_value(text);
  if (const auto resolved = parse_resolved(text))
    expect(parse_resolved(resolved_value(*resolved)).has_value(), "names do not survive");
  if (const auto run = parse_run_report(text))
    expect(parse_run_report(run_report_json(*run)).has_value(), "a run does not survive");
}

/// As the file of tokens, and as the configuration itself.
void read_configuration(std::string_view text) {
  static const test::temp_dir dir;
  const auto file = dir / "read.yaml";
  std::ofstream{file, std::ios::binary} << text;
  load_request request;
  request.file = file;
  [[maybe_unused]] const auto whole = load(request);
  request.file.reset();
  request.overrides = {{"tokens_file", file}, {"http.cors_origins", std::string{text}}};
  for (const auto& token : load(request).value.tokens)
    expect(token.name.size() <= text.size(), "a token's name has grown");
  cache_config cache;
  [[maybe_unused]] const auto url = apply_redis_url(text, cache);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size); // NOLINT

/// The first byte says which readers get the rest.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { // NOLINT
  constexpr std::array readers{read_bodies,  read_target,  read_headers,      read_details,
                               read_session, read_foreign, read_configuration};
  if (size == 0)
    return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  readers[(*data - std::uint8_t{'0'}) % readers.size()](text);
  return 0;
}
