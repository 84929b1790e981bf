#pragma once

#include "tests/support/metrics_text.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <set>
#include <string>

namespace standings::test {

/// What Prometheus got from a service, at one time.
struct scraped {
  bool up = true;
  metrics_text text{};
  double at = now(); ///< Unix time

  static double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

/// An alert that the fault between two scrapes causes.
struct caused_alert {
  std::string name;
  int fires_after = 30; ///< minutes for which the fault lasts
  int silent_for = 30;  ///< minutes for which the state before may last without the alert
};

namespace detail {

constexpr int minutes = 180;

inline std::string number(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%.9f", value);
  return text;
}

inline bool ends_with_any(const std::string& name, std::initializer_list<const char*> ends) {
  for (const auto* end : ends)
    if (name.ends_with(end))
      return true;
  return false;
}

/// The test's clock begins at 1970: times become relative to the scrape.
inline double relative(const std::string& name, double value, double at) {
  return ends_with_any(name, {"_timestamp_seconds", "_start_time_seconds"}) ? value - at : value;
}

inline std::string labelled(const std::string& series) {
  const std::string target = R"(job="standings",instance="one")";
  if (series.back() != '}')
    return series + "{" + target + "}";
  return series.substr(0, series.size() - 1) + "," + target + "}";
}

/// One value a minute: what was before, then what is during the fault. A counter goes on as it went
/// between the two scrapes.
inline std::string values_of(const std::string& series, const scraped& before,
                             const scraped& during) {
  const auto name = series.substr(0, series.find('{'));
  const auto old_value = before.text.find(series);
  const auto new_value = during.text.find(series);
  std::string out = old_value ? number(relative(name, *old_value, during.at)) : "_";
  const auto times = "x" + std::to_string(minutes);
  if (!new_value)
    return out + " _" + times;
  const bool counts = ends_with_any(name, {"_total", "_bucket", "_sum", "_count"});
  const auto step = counts ? std::max(0.0, *new_value - old_value.value_or(0)) : 0;
  return out + " " + number(relative(name, *new_value, during.at)) + "+" + number(step) + times;
}

inline std::string series_of(const scraped& before, const scraped& during) {
  std::set<std::string> names;
  for (const auto* each : {&before, &during})
    for (const auto& [series, value] : each->text.samples())
      names.insert(series);
  std::string out = "  input_series:\n";
  for (const auto& series : names)
    out += "  - {series: '" + labelled(series) + "', values: '" + values_of(series, before, during)
           + "'}\n";
  return out + R"(  - {series: 'up{job="standings",instance="one"}', values: ')"
         + std::to_string(before.up ? 1 : 0) + " " + std::to_string(during.up ? 1 : 0) + "+0x"
         + std::to_string(minutes) + "'}\n";
}

inline std::string expectation(const std::string& alert, int minute, bool fires) {
  return R"(  - {expr: 'count(ALERTS{alertname=")" + alert
         + R"(",alertstate="firing"}) > bool 0 or vector(0)', eval_time: )" + std::to_string(minute)
         + "m, exp_samples: [{labels: '{}', value: " + (fires ? "1" : "0") + "}]}\n";
}

} // namespace detail

/// Expects that Prometheus, given the alert rules, fires these alerts if the fault lasts, and none
/// of them if it does not occur.
inline void expect_alerts(const std::vector<caused_alert>& alerts, const scraped& before,
                          const scraped& during) {
  std::string silent;
  std::string firing;
  for (const auto& each : alerts) {
    silent += detail::expectation(each.name, each.silent_for, false);
    firing += detail::expectation(each.name, each.fires_after, true);
  }
  const auto text = "rule_files: [" STANDINGS_SOURCE_DIR "/deploy/prometheus/alerts.yaml]\n"
                    "evaluation_interval: 1m\ntests:\n- interval: 1m\n"
                    + detail::series_of(before, before) + "  promql_expr_test:\n" + silent
                    + "- interval: 1m\n" + detail::series_of(before, during)
                    + "  promql_expr_test:\n" + firing;
  const auto tested = promtool("test rules \"$0\"", text);
  EXPECT_EQ(tested.exit_code, 0) << tested.output << tested.error;
}

} // namespace standings::test
