#include "http/api/static_routes.hpp"

#include "http/api/api.hpp"
#include "http/api/unchanging.hpp"
#include "http/server/field_list.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace standings {

namespace {

constexpr auto index_text = R"({"service":"standings","documentation":"/docs",)"
                            R"("readiness":"/readyz","example":"/api/redis-leaderboard/daily"})";

/// Nothing from elsewhere, no inline script or style, no frame around it.
constexpr std::string_view content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr std::string_view dashboard_page = "dashboard/index.html";
constexpr std::string_view example_page = "example/index.html";
constexpr std::string_view client_module = "standings.js";

/// `text/html` with any parameters but a quality of zero.
bool means_html(const std::string& range) {
  const auto end = range.find(';');
  if (!boost::iequals(boost::trim_copy(range.substr(0, end)), "text/html"))
    return false;
  const auto quality = end == std::string::npos ? std::string::npos : range.find("q=", end);
  return quality == std::string::npos
         || range.find_first_of("123456789", quality) != std::string::npos;
}

const embedded_file& file_named(std::string_view name) {
  const auto files = web_files();
  const auto at = std::find_if(files.begin(), files.end(),
                               [&](const embedded_file& file) { return file.name == name; });
  return *at; // the names are literals of this file; a test asks for each of them
}

void add_page(router& to, const std::string& path, handler handle) {
  to.add({"GET", path, access::anyone, body_kind::none, std::move(handle)});
}

answer_task get_file(const embedded_file& file, const request& rq) {
  co_return file_answer(file, rq.headers);
}

void add_file(router& to, const std::string& path, const embedded_file& file) {
  add_page(to, path, [&file](const request& rq) { return get_file(file, rq); });
}

answer_task get_index(const request& rq) {
  auto out = accepts_html(rq.headers) ? file_answer(file_named(dashboard_page), rq.headers)
                                      : ok(index_text);
  out.headers.emplace_back("Vary", "Accept");
  co_return out;
}

} // namespace

std::string_view content_type_of(std::string_view name) {
  struct kind {
    std::string_view ending, type;
  };
  constexpr std::array kinds{
      kind{".html", "text/html; charset=utf-8"}, kind{".css", "text/css; charset=utf-8"},
      kind{".js", "text/javascript; charset=utf-8"}, kind{".svg", "image/svg+xml"}};
  for (const auto& [ending, type] : kinds)
    if (name.ends_with(ending))
      return type;
  return "application/octet-stream";
}

bool accepts_html(const header_fields& headers) {
  return any_element(headers.value("Accept"), means_html);
}

answer file_answer(const embedded_file& file, const header_fields& headers) {
  answer out;
  out.content_type = content_type_of(file.name);
  out.headers = {{"Content-Security-Policy", std::string{content_policy}},
                 {"Referrer-Policy", "no-referrer"}};
  if (file.name == client_module) // pages of other origins may import it; it holds no secret
    out.headers.emplace_back("Access-Control-Allow-Origin", "*");
  set_unchanging(out, file.content, entity_tag(file.sha256), headers);
  return out;
}

void add_static_routes(router& to) {
  add_page(to, "/", get_index);
  for (const auto& file : web_files())
    add_file(to, file.name == example_page ? "/example" : "/" + std::string{file.name}, file);
}

} // namespace standings
