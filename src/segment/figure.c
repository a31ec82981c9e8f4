#include "segment/figure.h"

#include <math.h>

#define LENGTH(v) (sizeof(v) / sizeof((v)[0]))
#define CORNER2 1.4142136f /* x^2 + y^2 = 2 passes through a corner */
#define CORNER4 1.1892071f /* x^4 + y^4 = 2 */
#define DARK 70
#define CAT 178
#define BEAR 150

/* clang-format off */
static const struct figure_piece cat_ears[] = {
	{ -.72f, -1.05f, .46f, .72f, 1.08f, 1, 0 },
	{  .72f, -1.05f, .46f, .72f, 1.08f, 1, 0 },
};

/* Painted in this order: the smile is what a lighter piece leaves of a dark
 * one. */
static const struct figure_piece cat_marks[] = {
	{ -.42f, -.20f, .11f, .20f, 1.3f, 2, DARK },
	{  .42f, -.20f, .11f, .20f, 1.3f, 2, DARK },
	{ -.20f,  .42f, .22f, .17f, 1.2f, 2, DARK },
	{  .20f,  .42f, .22f, .17f, 1.2f, 2, DARK },
	{ -.20f,  .36f, .22f, .16f, 1.2f, 2, CAT },
	{  .20f,  .36f, .22f, .16f, 1.2f, 2, CAT },
	{   .0f,  .25f, .13f, .10f, 1.3f, 2, DARK },
	{ -.80f,  .22f, .26f, .025f, 1.6f, 2, DARK },
	{  .80f,  .22f, .26f, .025f, 1.6f, 2, DARK },
	{ -.78f,  .38f, .26f, .025f, 1.6f, 2, DARK },
	{  .78f,  .38f, .26f, .025f, 1.6f, 2, DARK },
};

static const struct figure_piece bear_ears[] = {
	{ -.80f, -.98f, .44f, .44f, 1.15f, 2, 0 },
	{  .80f, -.98f, .44f, .44f, 1.15f, 2, 0 },
};

static const struct figure_piece bear_marks[] = {
	{ -.42f, -.22f, .13f, .13f, 1.3f, 2, DARK },
	{  .42f, -.22f, .13f, .13f, 1.3f, 2, DARK },
	{   .0f,  .38f, .48f, .38f, 1.1f, 2, 205 },
	{   .0f,  .50f, .26f, .17f, 1.2f, 2, DARK },
	{   .0f,  .43f, .30f, .17f, 1.2f, 2, 205 },
	{   .0f,  .20f, .17f, .12f, 1.3f, 2, DARK },
};

static const struct figure figures[REGION_FIGURES] = {
	[REGION_ROUND] = { { 170, 126, 131 },
	    { 0, 0, CORNER4, CORNER4, 1.3f, 4, 0 }, NULL, NULL, 0, 0 },
	[REGION_OVAL] = { { 170, 126, 131 },
	    { 0, 0, CORNER2, CORNER2, 1.7f, 2, 0 }, NULL, NULL, 0, 0 },
	[REGION_CAT] = { { CAT, 112, 140 },
	    { 0, 0, CORNER4, CORNER4, 1.3f, 4, 0 },
	    cat_ears, cat_marks, LENGTH(cat_ears), LENGTH(cat_marks) },
	[REGION_BEAR] = { { BEAR, 112, 146 },
	    { 0, 0, CORNER4, CORNER4, 1.3f, 4, 0 },
	    bear_ears, bear_marks, LENGTH(bear_ears), LENGTH(bear_marks) },
};
/* clang-format on */

const struct figure *
figure_of(enum region_figure f)
{
	return &figures[f < REGION_FIGURES ? f : REGION_ROUND];
}

float
figure_at(uint8_t power, float dx, float dy)
{
	if (power == 1)
		return fabsf(dx) + fabsf(dy);
	dx *= dx;
	dy *= dy;
	return power == 2 ? dx + dy : dx * dx + dy * dy;
}

float
figure_reach(const struct figure_piece *p)
{
	return p->power == 1   ? p->fade
	       : p->power == 2 ? sqrtf(p->fade)
			       : sqrtf(sqrtf(p->fade));
}
