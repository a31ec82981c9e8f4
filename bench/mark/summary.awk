# By attack and kind: trials, right, nobody named, wrong; then the pictures.
# awk -f summary.awk RUN.tsv ...
BEGIN { FS = "\t" }
$1 == "trial" {
	key = $4 "\t" $2
	if (!(key in n)) order[++keys] = key
	n[key]++
	came[key, $5]++
	if ($8 > innocent) innocent = $8
	ms += $12
	trials++
}
$1 == "picture" && !($3 in seen) {
	seen[$3] = 1
	k = $2
	pictures[k]++
	psnr[k] += $8; ssim[k] += $9; growth[k] += $10
	if (!(k in least) || $8 < least[k]) least[k] = $8
	if (!(k in worst) || $9 < worst[k]) worst[k] = $9
	if (!(k in most) || $10 > most[k]) most[k] = $10
}
END {
	printf "%-10s %-9s %6s %6s %6s %6s\n", "attack", "kind", "trials", "right", "nobody", "wrong"
	for (i = 1; i <= keys; i++) {
		split(order[i], name, "\t")
		printf "%-10s %-9s %6d %6d %6d %6d\n", name[1], name[2], n[order[i]],
		    came[order[i], "right"], came[order[i], "none"], came[order[i], "wrong"]
	}
	printf "%d trials, %.0f ms each; best innocent score %.1f\n", trials, ms / trials, innocent
	for (k in pictures)
		printf "%s: %d pictures, PSNR mean %.1f least %.1f, SSIM mean %.4f least %.4f, growth %% mean %.1f most %.1f\n",
		    k, pictures[k], psnr[k] / pictures[k], least[k], ssim[k] / pictures[k], worst[k], growth[k] / pictures[k], most[k]
}
