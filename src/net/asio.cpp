// The code of Asio that does not depend on a template's arguments.
#include "net/asio.hpp"

#include <boost/asio/impl/src.hpp>
