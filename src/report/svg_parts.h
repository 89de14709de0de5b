#pragma once
// What pictures share: marks, colours, text. Coordinates are pixels; y grows downwards.

#include <array>
#include <string>
#include <string_view>

namespace ridgeline::report {

/// Colours that people with any kind of colour vision tell apart (Okabe and Ito), each with a mark of its
/// own.
struct MarkStyle {
  std::string_view colour, mark;
};
inline constexpr std::array<MarkStyle, 6> mark_styles{
    {{"#0072B2", R"(<circle r="3"/>)"},
     {"#D55E00", R"(<path d="M0-3.8L3.4 2.6H-3.4Z"/>)"},
     {"#009E73", R"(<rect x="-2.7" y="-2.7" width="5.4" height="5.4"/>)"},
     {"#CC79A7", R"(<path d="M0-4L4 0L0 4L-4 0Z"/>)"},
     {"#E69F00", R"(<path d="M0 3.8L3.4-2.6H-3.4Z"/>)"},
     {"#56B4E9", R"(<path d="M-3.5-1.2H-1.2V-3.5H1.2V-1.2H3.5V1.2H1.2V3.5H-1.2V1.2H-3.5Z"/>)"}}};
/// <defs> with the marks as #mark0 ...
std::string svg_marks_defined();

inline constexpr std::string_view svg_style_sheet =
    "<style>text{font-family:system-ui,'Segoe UI','DejaVu Sans',sans-serif;fill:#222}"
    ".title{font-size:19px;font-weight:600}.subtitle{font-size:13px;fill:#555}.panel{font-size:14px;font-"
    "weight:600}"
    ".axis{font-size:14px}.tick{font-size:12px;fill:#444}.note{font-size:13px;font-weight:400;fill:#555}."
    "frame{fill:#fff;stroke:#888}"
    ".major{stroke:#d4d4d4;fill:none}.minor{stroke:#efefef;fill:none}.band{fill:#999;fill-opacity:.22}"
    ".equal{stroke:#444;stroke-width:1.2;fill:none}</style>\n";

/// For text and attributes of XML.
std::string xml_escaped(std::string_view);
/// A value 1, 2 or 5 times a power of ten: "0.1", "2000", and from 100000 on "10⁵", "2·10⁵".
std::string tick_text(double);

}  // namespace ridgeline::report
