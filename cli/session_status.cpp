#include "cli/session_status.hpp"

#include "cli/output.hpp"
#include "core/base/json_read.hpp"
#include "core/base/presentable.hpp"

#include <cstdio>
#include <iostream>

namespace standings {

namespace {

namespace json = boost::json;

void line(const char* name, const std::string& value) {
  const std::string label = std::string{name} + ":";
  std::cout << label << std::string(label.size() < 21 ? 21 - label.size() : 1, ' ') << value
            << '\n';
}

double number_of(const json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  boost::system::error_code not_a_number;
  const double out = value ? value->to_number<double>(not_a_number) : 0;
  return not_a_number ? 0 : out;
}

std::string in_ms(double ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f ms", ms);
  return text;
}

void print_full_sync(const json::object& full) {
  line("full syncs", grouped(count_of(full, "completed")) + " completed, "
                         + grouped(count_of(full, "failed")) + " failed"
                         + (flag_of(full, "running") ? ", one is running" : ""));
  if (const auto at = text_of(full, "last_completed_at"); !at.empty())
    line("last full sync",
         at.substr(0, 19) + "Z, took " + short_duration(count_of(full, "last_duration_ms")));
}

void print_totals(const json::object& totals) {
  line("sessions", grouped(count_of(totals, "sessions_read")) + " read, "
                       + grouped(count_of(totals, "sessions_created")) + " created, "
                       + grouped(count_of(totals, "sessions_changed")) + " changed, "
                       + grouped(count_of(totals, "sessions_quarantined")) + " in quarantine");
  line("messages", grouped(count_of(totals, "messages_added")) + " added, "
                       + counted(count_of(totals, "duplicate_messages"), "duplicate"));
}

void print_status(const json::object& status) {
  line("service status", text_of(status, "service_status"));
  line("Redis", flag_of(status, "redis_connected") ? "connected" : "not connected");
  line("told by", text_of(status, "mode"));
  line("pending", counted(count_of(status, "pending"), "session"));
  if (const auto* full = object_of(status, "full_sync"))
    print_full_sync(*full);
  if (const auto* totals = object_of(status, "totals"))
    print_totals(*totals);
  if (const auto* lag = object_of(status, "lag_ms"))
    line("lag", "p50 " + in_ms(number_of(*lag, "p50")) + ", p99 " + in_ms(number_of(*lag, "p99"))
                    + ", last " + in_ms(number_of(*lag, "last")));
  for (const auto* name : {"notice", "last_error"})
    if (const auto text = text_of(status, name); !text.empty())
      line(name[0] == 'n' ? "notice" : "last error", presentable(text));
}

int run_session_status(const invocation& with) {
  service_client service{with.service.address};
  const auto status = service.get("/api/v1/sync/status");
  if (!status)
    return failed(with, "read the status", status.error());
  if (with.json)
    print_json(*status);
  else
    print_status(*status);
  return text_of(*status, "service_status") == "running" ? exit_done : exit_failed;
}

} // namespace

void add_session_status(command_tree& to, CLI::App& group) {
  to.add_to(group,
            {"status", "the status of the running service", "standings sessions status",
             "0  session sync is running\n1  it is not, or no service answers\n"
             "2  wrong usage or configuration"},
            shared_flags::of_service(), run_session_status);
}

} // namespace standings
