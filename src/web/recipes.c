/* SPDX-License-Identifier: BSD-2-Clause */
/* The recipes, as words/recipes takes them out of docs/smarthost.md; see recipes.h. */
#include "web/recipes.h"

#include "recipe-rows.h"

const struct op25b_recipe_row *op25b_recipe_rows(size_t *n)
{
	*n = sizeof(recipe_rows) / sizeof(recipe_rows[0]);
	return recipe_rows;
}
