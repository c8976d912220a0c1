// What of wxWidgets every view needs, compiled once.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <wx/wx.h>

#include <wx/dcbuffer.h>
#include <wx/splitter.h>
#include <wx/vlbox.h>
