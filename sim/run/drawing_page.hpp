// The page that shows a drawing, without its data: style and script, nothing from outside.
#pragma once

namespace parley::sim {

extern const char* const drawing_page_head;
extern const char* const drawing_page_tail;

}  // namespace parley::sim
