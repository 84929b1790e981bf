#include "http/api/docs_routes.hpp"

#include "core/base/embedded.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace standings {

std::span<const embedded_text> http_texts();

namespace {

std::string_view text_named(std::string_view name) {
  const auto texts = http_texts();
  const auto at = std::find_if(texts.begin(), texts.end(),
                               [&](const embedded_text& text) { return text.name == name; });
  return at->content; // the names are those of http/CMakeLists.txt
}

answer_task get_text(std::string_view content, const char* type, const request&) {
  answer out;
  out.body = content;
  out.content_type = type;
  out.headers = {{"Cache-Control", "no-cache"}, // an upgrade shows at once
                 {"Content-Security-Policy",
                  "default-src 'none'; style-src 'self'; base-uri 'none'; "
                  "form-action 'none'; frame-ancestors 'none'"},
                 {"Referrer-Policy", "no-referrer"}};
  co_return out;
}

} // namespace

void add_docs_routes(router& to) {
  const auto add = [&](const char* path, std::string_view name, const char* type) {
    const auto content = text_named(name);
    const auto handle = [content, type](const request& rq) {
      return get_text(content, type, rq);
    };
    to.add({"GET", path, access::anyone, body_kind::none, handle, when_busy::answer});
  };
  add("/openapi.yaml", "openapi.yaml", "application/yaml");
  add("/openapi.json", "openapi.json", "application/json");
  add("/docs", "docs.html", "text/html; charset=utf-8");
  add("/docs.css", "docs.css", "text/css; charset=utf-8");
}

} // namespace standings
