/* scene — one function per kind of picture, and the things they share. */
#ifndef DRAW_SCENE_H
#define DRAW_SCENE_H

#include "draw/canvas.h"

/* The colours of the house, see web/css. */
#define INK 0x1e2b33
#define PAPER 0xfaf7f2
#define SLATE 0x1f5f6b
#define TILE_RED 0xb4481f
#define LEAF 0x28704a
#define SUN 0xf2b441

void scene_hills(struct canvas *);
void scene_yard(struct canvas *);
void scene_garden(struct canvas *);
void scene_pottery(struct canvas *);
void scene_leaves(struct canvas *);
void scene_kites(struct canvas *);
void scene_pond(struct canvas *);
void scene_crayon(struct canvas *);
void scene_pencils(struct canvas *);
void scene_round(struct canvas *);

/* The sky, and the school under it with its shelter, outside.c. */
void outside_school(struct canvas *, float ground);

/* Things of nature, nature.c.  s is the height of the thing. */
void nature_sky(struct canvas *, struct rgb top, struct rgb bottom, float to);
void nature_cloud(struct canvas *, float x, float y, float s);
/* A ridge from edge to edge; y of its crest, rise of its waves. */
void nature_ridge(struct canvas *, float y, float rise, float waves,
    struct rgb top, struct rgb bottom);
void nature_tree(struct canvas *, float x, float foot, float s, struct rgb);
void nature_grass(struct canvas *, float y0, float y1, unsigned n, struct rgb);
void nature_flower(struct canvas *, float x, float foot, float s, struct rgb);

struct rgb scene_pick(struct canvas *, const uint32_t *colours, size_t n);
#define PICK(c, list) scene_pick((c), (list), sizeof(list) / sizeof((list)[0]))

#endif
