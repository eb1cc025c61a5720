// What is asked of every type of field and every operation, with the answers of all of them.
#pragma once

#include "checker/facets/every.h" // made by checker/facets/facets.cmake: includes fields/*.h and ops/*.h

#include "checker/facets/questions.h"