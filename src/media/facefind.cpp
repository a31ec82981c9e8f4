#include "media/facefind.h"

#include <dlib/assert.h>
#include <dlib/test_for_odr_violations.h>
/* Its filters are split by ten singular values once: not worth a library of
 * linear algebra in this process. */
#undef DLIB_USE_LAPACK
#undef DLIB_USE_BLAS
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>

#include <memory>
#include <sstream>

#include "media/facefilters.h"

namespace
{

using dlib::array2d;
using dlib::frontal_face_detector;

/* Made when first needed: a process that never looks does not wait. */
std::unique_ptr<frontal_face_detector> detector;

void
make_detector()
{
	std::istringstream filters(std::string(
	    reinterpret_cast<const char *>(face_filters), face_filters_n));
	auto made = std::make_unique<frontal_face_detector>();

	deserialize(*made, filters);
	detector = std::move(made);
}

int
find(const uint8_t *luma, uint32_t width, uint32_t height, size_t stride,
    int doubled, double threshold, struct facefind_box *ret, int n)
{
	array2d<unsigned char> image(height, width);
	std::vector<dlib::rect_detection> found;
	int got = 0;

	if (!detector)
		make_detector();
	for (uint32_t y = 0; y < height; y++)
		std::copy_n(luma + y * stride, width, &image[y][0]);
	if (doubled)
		dlib::pyramid_up(image);
	(*detector)(image, found, threshold);
	for (const dlib::rect_detection &f : found) {
		dlib::rectangle r = f.rect;

		if (got == n)
			break;
		if (doubled)
			r = dlib::pyramid_down<2>().rect_down(r);
		ret[got++] = facefind_box{r.left(), r.top(),
		    static_cast<long>(r.width()), static_cast<long>(r.height()),
		    f.detection_confidence};
	}
	return got;
}

} // namespace

extern "C" int
facefind(const uint8_t *luma, uint32_t width, uint32_t height, size_t stride,
    int doubled, double threshold, struct facefind_box *ret, int n)
{
	try {
		return find(
		    luma, width, height, stride, doubled, threshold, ret, n);
	} catch (...) {
		return -1;
	}
}
