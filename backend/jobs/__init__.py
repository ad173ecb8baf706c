"""What a job is, on disk and in the making; the server and the command line are two doors to it.

store         records and files of the jobs in a cache folder      runner       a trainer, and what is due between steps
checkpoints   list them, go back to one, branch from one           job_log      what a job writes down
png           images as files                                      backend_info version, device and embedded models
"""
